"""Use case: whom to ring for one case, and what to ask a child who does not know the place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hotline.actions.steps.route import day_of
from hotline.cases.lifecycle import Move
from hotline.cases.terms import BodyId, BodyKind, EmergencyService
from hotline.identity.roles import require
from hotline.identity.viewer import Viewer
from hotline.routing.emergency import (
    RingFacts,
    ScriptLine,
    Way,
    find_the_child,
    whom_to_ring,
)
from hotline.runtime import Runtime
from hotline.store import cases, contacts, emergency_numbers
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Guide:
    """The way to each service, the script, and phones of bodies that are rung instead."""

    ways: Mapping[str, Way]
    script: tuple[ScriptLine, ...]
    place_unknown: bool
    phones: Mapping[str, str]  # by kind of body


async def read_emergency(rt: Runtime, viewer: Viewer, number: str) -> Guide:
    """Return whom to ring for a case. Errors: NotFound, NotAllowed."""
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key)
        require(viewer, Move.EMERGENCY, case.access)
        return await guide_of(rt, tx, case)


async def guide_of(rt: Runtime, tx: Transaction, case: OpenedCase) -> Guide:
    """Return the same for a case that was read already; no words of the person are in it."""
    row = case.row
    rows = await emergency_numbers.listed(tx, region=row.region) if row.region else ()
    numbers = emergency_numbers.duty_numbers(rows)
    directory = await rt.directory(tx)
    named = [directory.body(BodyId(body)) for body in case.access.conflicted]
    complained = {str(body.kind) for body in named if body is not None}
    ways = {
        str(service): whom_to_ring(
            RingFacts(
                service,
                row.region,
                row.district,
                day_of(tx),
                tuple(row.conflict_hint),
                frozenset(complained),
            ),
            numbers,
            rt.config.emergency,
        )
        for service in EmergencyService
    }
    phones: dict[str, str] = {}
    for kind in BodyKind:
        for body in directory.of(kind, row.region):
            if body.phone and body.acts_on(day_of(tx)) is None:
                phones.setdefault(str(kind), body.phone)
    attached = await contacts.of_case(tx, case.id)
    script = find_the_child(rt.config.emergency, _candidates(c.triage for c in attached))
    return Guide(ways, script, row.region is None, phones)


def _candidates(found: Iterable[Any]) -> list[Mapping[str, Any]]:
    return [
        one for triage in found for one in ((triage or {}).get("region_candidates") or ())
    ]
