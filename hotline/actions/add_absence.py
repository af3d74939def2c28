"""Use case: a person will be away; somebody may stand in. A cancelled absence stays on record."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.actions.steps.absent import begin_absence
from hotline.actions.steps.plan_rights import planned_person
from hotline.actions.steps.plannable import check_plannable
from hotline.errors import NotFound, RuleForbids, Unavailable
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import absences, people
from hotline.store.transaction import Transaction

REASONS = ("leave", "sick", "trip", "training", "parental")
OTHER = "other"  # why somebody is away in their own words is nobody's matter


@dataclass(frozen=True, slots=True)
class Away:
    """From when until when, and who stands in (user name)."""

    from_at: datetime
    to_at: datetime
    reason: str
    deputy: str | None = None


async def add_absence(rt: Runtime, viewer: Viewer, who: str, away: Away) -> int:
    """Add an absence and return its id; from its first moment on nothing reaches the person.

    Errors: NotFound, NotAllowed; RuleForbids `bad_moment`, `bad_span`, `in_past`, `reason_missing`,
    `unknown_person`, `own_deputy`, each with its field.
    """
    async with rt.transaction(viewer) as tx:
        person = await planned_person(tx, viewer, who)
        _check_span(away, tx.now)
        values = {
            "person_id": person.id,
            "from_at": away.from_at,
            "to_at": away.to_at,
            "reason": away.reason if away.reason in REASONS else OTHER,
            "deputy_id": await _deputy(tx, person, away.deputy),
        }
        added = await absences.add(tx, values)
        tx.record("absence_added", data={"person": person.id, "absence": added})
    with suppress(Unavailable):  # it stands, and the sweep lets it begin
        await begin_absence(rt, viewer, added)
    return added


def _check_span(away: Away, now: datetime) -> None:
    check_plannable(away.from_at, "from")
    check_plannable(away.to_at, "to")
    if away.to_at <= away.from_at:
        raise RuleForbids("to: must be later than from", code="bad_span", field="to")
    if away.to_at <= now:
        raise RuleForbids("to: has passed", code="in_past", field="to")
    if not away.reason.strip():
        raise RuleForbids("reason: say why", code="reason_missing", field="reason")


async def _deputy(tx: Transaction, person: Any, deputy: str | None) -> int | None:
    """Return who stands in: an active colleague of one of the person's bodies."""
    if deputy is None:
        return None
    row = await people.by_username(tx, deputy)
    theirs = await people.viewer(tx, row.id) if row else None
    own = await people.viewer(tx, person.id)
    if theirs is None or own is None or not theirs.bodies & own.bodies:
        raise RuleForbids(
            "deputy: choose a colleague of the same body",
            code="unknown_person",
            field="deputy",
        )
    if theirs.person_id == person.id:
        raise RuleForbids(
            "deputy: nobody stands in for themselves", code="own_deputy", field="deputy"
        )
    return int(theirs.person_id)


async def cancel_absence(rt: Runtime, viewer: Viewer, absence_id: int) -> str:
    """Cancel an absence; return whose it was. What moved on stays where it is.

    Errors: NotFound, NotAllowed.
    """
    async with rt.transaction(viewer) as tx:
        found = await absences.one(tx, absence_id)
        if found is None:
            raise NotFound("no such absence")
        person = await planned_person(tx, viewer, str(found.person_id))
        await absences.cancel(tx, absence_id)
        tx.record("absence_cancelled", data={"person": person.id, "absence": absence_id})
        return str(person.username)


async def list_absences(rt: Runtime, viewer: Viewer, who: str) -> tuple[Any, list[Any]]:
    """Return a person and their absences that are not over. Errors: NotFound, NotAllowed."""
    async with rt.transaction(viewer) as tx:
        person = await planned_person(tx, viewer, who)
        return person, list(await absences.of_person(tx, person.id, tx.now))
