"""What people at 111 read of incidents: where, what, who, own danger first."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from hotline.cases.numbers import id_from, number_of
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store import incident_members, incidents
from hotline.store.opened_parts import opened
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View


class IncidentLine(View, frozen=True):
    """One event behind many contacts. `own_danger`: members who may be in danger themselves."""

    number: str
    state: str
    at: datetime
    region: str | None
    district: str | None
    site: str | None
    subcategory: str
    case: str | None
    members: int
    waiting: int
    own_danger: int
    first_at: datetime | None
    last_at: datetime | None


class MemberLine(View, frozen=True):
    """One member, with the urgency that is its own."""

    receipt: str
    channel: str
    received_at: datetime
    state: str
    urgency: int
    danger: bool
    danger_score: float
    own_danger: bool
    language: str | None
    seen: bool
    wrap_up: str | None
    case: str | None


class IncidentView(IncidentLine, frozen=True):
    """An incident with its script and members: unseen ones first, danger before all others."""

    script_kk: str | None
    script_ru: str | None
    people: tuple[MemberLine, ...]


class IncidentPage(View, frozen=True):
    """Incidents, newest first."""

    items: tuple[IncidentLine, ...]


async def incident_page(
    tx: Transaction, viewer: Viewer, key: bytes, state: str | None = None
) -> IncidentPage:
    """Return incidents. Errors: NotFound outside 111."""
    if not viewer.at_111:
        raise NotFound("no such page")
    rows = await incidents.listed(tx, viewer, state)
    return IncidentPage(items=tuple(await _lines(tx, viewer, rows, key)))


async def incident_view(
    tx: Transaction, viewer: Viewer, number: str, key: bytes
) -> IncidentView:
    """Return one incident. Errors: NotFound."""
    incident_id = id_from(number, key)
    if not viewer.at_111 or incident_id is None:
        raise NotFound("no such incident")
    row = await incidents.by_id(tx, viewer, incident_id)
    (line,) = await _lines(tx, viewer, [row], key)
    found = await incident_members.members(tx, viewer, row.id)
    words = await _script(tx, row)
    return IncidentView(
        **{name: getattr(line, name) for name in line.__struct_fields__},
        script_kk=words.get("kk"),
        script_ru=words.get("ru"),
        people=tuple(_member(one) for one in found),
    )


async def next_member(
    tx: Transaction, viewer: Viewer, number: str, key: bytes
) -> str | None:
    """Return the receipt of the member to look at next, or None. Errors: NotFound."""
    incident_id = id_from(number, key)
    if not viewer.at_111 or incident_id is None:
        raise NotFound("no such incident")
    found = await incident_members.members(tx, viewer, incident_id, unseen=True, limit=1)
    return str(found[0].receipt) if found else None


async def script_for(
    tx: Transaction, contact_id: int, key: bytes
) -> tuple[str, dict[str, str]] | None:
    """Return the number and the script of the confirmed incident that a contact is in."""
    row = await incidents.of_contact(tx, contact_id)
    if row is None:
        return None
    return number_of(row.id, key), await _script(tx, row)


async def _script(tx: Transaction, row: Row[Any]) -> dict[str, str]:
    if row.sealed_script is None:
        return {}
    parts = await opened(tx, [row.id])
    told = json.loads(parts.text(row.id, "script", row.sealed_script) or "{}")
    return {str(lang): str(words) for lang, words in told.items()}


async def _lines(
    tx: Transaction, viewer: Viewer, rows: Sequence[Row[Any]], key: bytes
) -> list[IncidentLine]:
    tallies = await incident_members.tallies(tx, viewer, [row.id for row in rows])
    leads = await incident_members.lead_numbers(
        tx, viewer, [row.lead_case_id for row in rows]
    )
    same = ("state", "at", "region", "district", "site", "subcategory")
    lines = []
    for row in rows:
        tally = tallies.get(row.id)
        lines.append(
            IncidentLine(
                **{name: getattr(row, name) for name in same},
                number=number_of(row.id, key),
                case=leads.get(row.lead_case_id),
                members=int(tally.members) if tally else 0,
                waiting=int(tally.waiting) if tally else 0,
                own_danger=int(tally.own_danger) if tally else 0,
                first_at=tally.first_at if tally else None,
                last_at=tally.last_at if tally else None,
            )
        )
    return lines


def _member(row: Row[Any]) -> MemberLine:
    same = "receipt channel received_at state urgency danger danger_score language wrap_up"
    return MemberLine(
        **{name: getattr(row, name) for name in same.split()},
        own_danger=row.own_danger > 0,
        seen=row.seen_at is not None,
        case=row.number,
    )
