"""/bodies: the directory."""

from datetime import date
from typing import Any

import msgspec

from hotline.actions.steps.directory import entry_of
from hotline.api import reading
from hotline.api.answers import BodyLine, BodyPage
from hotline.api.call import Ask, Call, get
from hotline.config.directory_rules import Entry
from hotline.errors import RejectedInbound
from hotline.store import bodies

_SAME = (
    "id", "kind", "region", "district", "name_kk", "name_ru", "status", "valid_from",
    "valid_to", "phone", "parent", "languages", "children", "capacity", "has_login",
)  # fmt: skip


async def listed(ask: Ask) -> BodyPage:
    """Return the bodies, in order of id."""
    region = reading.one_of(ask.query, "region", ask.rt.regions, "unknown_region")
    kinds = frozenset(str(kind) for kind in ask.rt.config.taxonomy.bodies)
    kind = reading.one_of(ask.query, "kind", kinds, "unknown_kind")
    places = frozenset(ask.rt.place_names)
    district = reading.one_of(ask.query, "district", places, "unknown_district")
    day = _day(ask.query.get("day"))
    async with ask.rt.transaction(ask.viewer) as tx:
        rows = await bodies.listed(tx, region=region, kind=kind, district=district)
        directory = await bodies.directory(tx)
    acting = {b.id for b in directory.bodies if day is None or b.acts_on(day) is None}
    return BodyPage(items=tuple(_line(entry_of(row)) for row in rows if row.id in acting))


def _day(given: str | None) -> date | None:
    """Return the day of the query, or None. Errors: RejectedInbound."""
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise RejectedInbound(
            "`day`: write it as 2026-11-30", code="bad_value", field="day"
        ) from None


def _line(entry: Entry) -> BodyLine:
    hours: dict[str, Any] | None = None
    if entry.hours is not None:
        hours = msgspec.to_builtins(entry.hours)
    return BodyLine(**{name: getattr(entry, name) for name in _SAME}, hours=hours)


CALLS: list[Call] = [
    get(
        "/bodies",
        listed,
        BodyPage,
        "The directory of bodies",
        query={
            "region": "two-digit KATO prefix",
            "kind": "a kind, such as GUARD",
            "district": "KATO code of a district that has bodies of its own",
            "day": "those that act on this day, such as 2026-11-30",
        },
        for_admin=True,
    ),
]
