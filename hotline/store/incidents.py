"""Incidents: one event behind many contacts. Rows only; members keep all that is theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    Row,
    and_,
    bindparam,
    exists,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import BigInteger

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.routing.incident import Event, Message, Place, event_of
from hotline.store.sketches import message_of
from hotline.store.tables import Moment, cases, contacts, keys
from hotline.store.tables_routing import incident_contacts, incidents
from hotline.store.transaction import Transaction
from hotline.store.visibility import closed_to, open_to

SUGGESTED, CONFIRMED, CLOSED, DISMISSED = "suggested", "confirmed", "closed", "dismissed"
MOST_OPEN = 12  # looked at for each batch of contacts
LISTED = 50
_AGE = timedelta(days=3)  # an event begun longer ago gathers nobody any more
_IDS = bindparam("ids", type_=ARRAY(BigInteger))
_MEMBERS = text(
    """
    SELECT i.id AS incident_id, s.*, k.wrapped, c.urgency, c.danger_score,
      jsonb_path_query_array(c.triage, '$.reasons[*].rule') AS rules FROM unnest(:ids) AS i(id)
    CROSS JOIN LATERAL (
      SELECT contact_id FROM incident_contacts AS m
      WHERE m.incident_id = i.id AND m.left_at IS NULL
      ORDER BY contact_id DESC LIMIT :most
    ) AS m
    JOIN sketches AS s ON s.contact_id = m.contact_id
    JOIN contacts AS c ON c.id = m.contact_id
    JOIN keyring.keys AS k ON k.owner_id = m.contact_id AND k.wrapped IS NOT NULL
    """
).bindparams(_IDS, bindparam("most", type_=BigInteger))
_JOIN = text(
    """
    INSERT INTO incident_contacts (incident_id, contact_id, at, own_danger)
    SELECT incident, contact, :now, own FROM unnest(:incidents, :ids, :own)
      AS j(incident, contact, own)
    ON CONFLICT DO NOTHING RETURNING contact_id
    """
).bindparams(
    _IDS,
    bindparam("incidents", type_=ARRAY(BigInteger)),
    bindparam("now", type_=Moment),
    bindparam("own", type_=ARRAY(BigInteger)),
)


async def one_at_a_time(tx: Transaction) -> None:
    """Wait for whoever else may be opening an incident: two workers must not open two."""
    await tx.run(text("SELECT pg_advisory_xact_lock(hashtext('incident'))"))


async def open_events(tx: Transaction, most: int) -> list[Event]:
    """Return the incidents that may still gather somebody, as their newest members tell them.

    A dismissed one is among them for a while: what belongs to it is not suggested again.
    """
    rows = await tx.rows(
        select(incidents)
        .where(incidents.c.at >= tx.now - _AGE, incidents.c.state != CLOSED)
        .order_by(incidents.c.at.desc())
        .limit(MOST_OPEN)
    )
    if not rows:
        return []
    found = await tx.rows(_MEMBERS, {"ids": [row.id for row in rows], "most": most})
    members: dict[int, list[Message]] = {}
    for row in found:
        members.setdefault(row.incident_id, []).append(message_of(tx.sealer, row))
    return [
        event_of(
            row.id,
            Place(row.region, row.district, row.site),
            members.get(row.id, []),
            row.at,
        )
        for row in rows
    ]


async def put(tx: Transaction, incident_id: int, place: Place, subcategory: str) -> None:
    """Insert a suggested incident."""
    await tx.run(
        insert(incidents).values(
            id=incident_id,
            at=tx.now,
            state=SUGGESTED,
            region=place.region,
            district=place.district,
            site=place.site,
            subcategory=subcategory,
        )
    )


@dataclass(frozen=True, slots=True)
class Joining:
    """A contact that becomes a member. `own_danger`: how much of it is not the event's."""

    incident_id: int
    contact_id: int
    own_danger: int


async def join(tx: Transaction, joining: Sequence[Joining]) -> set[int]:
    """Make contacts members; return those who are new: nobody is in two incidents."""
    if not joining:
        return set()
    rows = await tx.rows(
        _JOIN,
        {
            "incidents": [one.incident_id for one in joining],
            "ids": [one.contact_id for one in joining],
            "own": [one.own_danger for one in joining],
            "now": tx.now,
        },
    )
    return {row.contact_id for row in rows}


def known_to(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether `viewer` may know of an incident.

    Not where every member complains of them: topic, place and script tell what all of them
    wrote. Nor where the lead case does: who could dismiss it could hide it.
    """
    led = incidents.c.lead_case_id
    lead_open = or_(led.is_(None), led.not_in(select(cases.c.id).where(closed_to(viewer))))
    joined = incident_contacts.join(
        contacts, contacts.c.id == incident_contacts.c.contact_id
    )
    live = (
        select(incident_contacts.c.contact_id)
        .select_from(joined)
        .where(
            incident_contacts.c.incident_id == incidents.c.id,
            incident_contacts.c.left_at.is_(None),
        )
        .correlate(incidents)
    )
    some = or_(exists(live.where(open_to(viewer, contacts))), ~exists(live))
    return and_(lead_open, some)


async def by_id(
    tx: Transaction, viewer: Viewer, incident_id: int, *, lock: bool = False
) -> Row[Any]:
    """Return one incident. Errors: NotFound, for whom every member complains of too."""
    statement = select(incidents).where(incidents.c.id == incident_id, known_to(viewer))
    found = await tx.one(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound("no such incident")
    return found


async def change(tx: Transaction, incident_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of one incident."""
    await tx.run(update(incidents).where(incidents.c.id == incident_id).values(**values))


async def member(tx: Transaction, incident_id: int, contact_id: int) -> Row[Any] | None:
    """Return the live membership of a contact, or None."""
    return await tx.one(
        select(incident_contacts).where(
            incident_contacts.c.incident_id == incident_id,
            incident_contacts.c.contact_id == contact_id,
            incident_contacts.c.left_at.is_(None),
        )
    )


async def leave(tx: Transaction, incident_id: int, contact_id: int) -> int:
    """Take a contact out of an incident; return 0 where it was no member."""
    return await tx.run(
        update(incident_contacts)
        .where(
            incident_contacts.c.incident_id == incident_id,
            incident_contacts.c.contact_id == contact_id,
            incident_contacts.c.left_at.is_(None),
        )
        .values(left_at=tx.now)
    )


async def listed(tx: Transaction, viewer: Viewer, state: str | None) -> Sequence[Row[Any]]:
    """Return incidents that `viewer` may know of, newest first.

    Without a state those that are suggested or confirmed.
    """
    states = [state] if state else [SUGGESTED, CONFIRMED]
    return await tx.rows(
        select(incidents)
        .where(incidents.c.state.in_(states), known_to(viewer))
        .order_by(incidents.c.id.desc())
        .limit(LISTED)
    )


async def of_contact(tx: Transaction, contact_id: int) -> Row[Any] | None:
    """Return the incident that a contact is a member of, with its wrapped key, or None."""
    return await tx.one(
        select(incidents, keys.c.wrapped)
        .join(incident_contacts, incident_contacts.c.incident_id == incidents.c.id)
        .outerjoin(keys, keys.c.owner_id == incidents.c.id)
        .where(
            incident_contacts.c.contact_id == contact_id,
            incident_contacts.c.left_at.is_(None),
            incidents.c.state.in_((SUGGESTED, CONFIRMED)),
        )
    )


async def holds_case(tx: Transaction, incident_id: int, case_id: int) -> bool:
    """Return whether a member is attached to the case."""
    found = await tx.one(
        select(contacts.c.id)
        .join(incident_contacts, incident_contacts.c.contact_id == contacts.c.id)
        .where(
            incident_contacts.c.incident_id == incident_id,
            incident_contacts.c.left_at.is_(None),
            contacts.c.case_id == case_id,
        )
        .limit(1)
    )
    return found is not None
