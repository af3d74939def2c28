"""Use cases: an administrator or supervisor keeps the directory of duty desks."""

from dataclasses import dataclass
from datetime import date

from hotline.actions.record_work import need
from hotline.cases.terms import EmergencyService, Role
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.routing.emergency import DutyNumber, dialled, overlap
from hotline.runtime import Runtime
from hotline.store import emergency_numbers

KEEPERS = frozenset({Role.ADMIN, Role.SUPERVISOR})
LONGEST_SOURCE = 300


@dataclass(frozen=True, slots=True)
class NumberGiven:
    """A number as it was told, and by whom (`source`: a letter, a phone book, its date)."""

    service: str
    region: str
    number: str
    valid_from: date
    source: str
    district: str | None = None
    valid_to: date | None = None


async def add_number(rt: Runtime, viewer: Viewer, given: NumberGiven) -> int:
    """Add a duty desk's number; return its id.

    Errors: NotAllowed; RuleForbids naming the field: an unknown service or place, a number
    that cannot be dialled, an end before the beginning, an overlap with another entry.
    """
    require_keeper(viewer)
    fresh = _checked(rt, given)
    source = need(given.source, "source")[:LONGEST_SOURCE]
    async with rt.transaction(viewer) as tx:
        await emergency_numbers.lock(tx)
        rows = await emergency_numbers.listed(
            tx, service=fresh.service, region=fresh.region
        )
        other = overlap(emergency_numbers.duty_numbers(rows), fresh)
        if other is not None:
            raise RuleForbids(
                f"{other.number} holds there from {other.valid_from}; end it first",
                code="overlap",
                field="valid_from",
            )
        values = {
            "service": fresh.service,
            "region": fresh.region,
            "district": fresh.district,
            "number": fresh.number,
            "valid_from": fresh.valid_from,
            "valid_to": fresh.valid_to,
            "source": source,
        }
        number_id = await emergency_numbers.add(tx, values)
        data = {"number": number_id, "service": fresh.service, "region": fresh.region}
        tx.record("emergency_number_added", data=data)
        return number_id


async def end_number(rt: Runtime, viewer: Viewer, number_id: int, valid_to: date) -> None:
    """End an entry before `valid_to`. Errors: NotAllowed, NotFound, RuleForbids."""
    require_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        await emergency_numbers.lock(tx)
        row = await emergency_numbers.by_id(tx, number_id)
        if row is None:
            raise NotFound("no such number")
        if valid_to <= row.valid_from or (row.valid_to and valid_to > row.valid_to):
            raise RuleForbids(
                "it ends after its first day and is never prolonged",
                code="bad_span",
                field="valid_to",
            )
        await emergency_numbers.end(tx, number_id, valid_to)
        tx.record("emergency_number_ended", data={"number": number_id})


def require_keeper(viewer: Viewer) -> None:
    """Errors: NotAllowed for who does not keep the directory."""
    if viewer.role not in KEEPERS:
        raise NotAllowed("an administrator or supervisor keeps the numbers")


def _checked(rt: Runtime, given: NumberGiven) -> DutyNumber:
    if given.service not in set(EmergencyService):
        raise RuleForbids("102, 103 or 112", code="unknown_service", field="service")
    if given.region not in rt.regions:
        raise RuleForbids("choose the region", code="unknown_region", field="region")
    here = {
        d.kato for d in rt.config.places.districts if d.region == given.region and d.kato
    }
    if given.district is not None and given.district not in here:
        raise RuleForbids(
            "choose a district of the region", code="unknown_district", field="district"
        )
    if given.valid_to is not None and given.valid_to <= given.valid_from:
        raise RuleForbids("it ends before it begins", code="bad_span", field="valid_to")
    return DutyNumber(
        given.service,
        given.region,
        given.district,
        dialled(given.number),
        given.valid_from,
        given.valid_to,
    )
