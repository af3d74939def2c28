"""Use case: the duty roster of a body: who is woken, in order of rank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotline.actions.steps.plan_rights import planned_body
from hotline.actions.steps.plannable import check_plannable
from hotline.cases.terms import PersonId
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.routing.duty import Turn, check_turn
from hotline.runtime import Runtime
from hotline.store import bodies, duty, people


@dataclass(frozen=True, slots=True)
class Planned:
    """One shift that somebody plans; `person` is a user name."""

    person: str
    rank: int
    from_at: datetime
    to_at: datetime


async def set_duty(
    rt: Runtime, viewer: Viewer, body: str, planned: Sequence[Planned]
) -> list[int]:
    """Add shifts to a body's roster, all or none; return their ids.

    Errors: NotFound, NotAllowed; RuleForbids `unknown_person`, `no_shifts`, `bad_moment`, and
    those of `routing.duty.check_turn`, each with its field and the `shift` it stands in.
    """
    if not planned:
        raise RuleForbids("shifts: give at least one", code="no_shifts", field="shifts")
    async with rt.transaction(viewer) as tx:
        await planned_body(tx, viewer, body)
        _check_moments(planned)
        await duty.lock_roster(tx, body)  # two planners at once see each other's shifts
        span = (min(p.from_at for p in planned), max(p.to_at for p in planned))
        known = [
            Turn(PersonId(row.person_id), row.rank, row.from_at, row.to_at)
            for row in await duty.shifts(tx, body, *span)
        ]
        for index, one in enumerate(planned):
            person = await people.member(tx, one.person, body)
            try:
                known.append(_checked(rt, one, person, known, tx.now))
            except RuleForbids as wrong:
                wrong.facts["shift"] = index
                raise
        added = [
            {
                "body_id": body,
                "person_id": turn.person,
                "rank": turn.rank,
                "from_at": turn.from_at,
                "to_at": turn.to_at,
            }
            for turn in known[-len(planned) :]
        ]
        ids = await duty.add_shifts(tx, added)
        tx.record("duty_planned", data={"body": body, "shifts": ids})
        return ids


def _check_moments(planned: Sequence[Planned]) -> None:
    """Errors: RuleForbids `bad_moment`: before the roster is read for a span without bounds."""
    for index, one in enumerate(planned):
        try:
            check_plannable(one.from_at, "from")
            check_plannable(one.to_at, "to")
        except RuleForbids as wrong:
            wrong.facts["shift"] = index
            raise


def _checked(
    rt: Runtime, one: Planned, person: int | None, known: Sequence[Turn], now: datetime
) -> Turn:
    if person is None:
        raise RuleForbids(
            "person: choose somebody of this body", code="unknown_person", field="person"
        )
    turn = Turn(PersonId(person), one.rank, one.from_at, one.to_at)
    check_turn(turn, known, now, longest_days=rt.config.duty.longest_shift_days)
    return turn


async def cancel_duty(rt: Runtime, viewer: Viewer, shift_id: int) -> str:
    """Take a shift out of the roster; return the body's id. Errors: NotFound, NotAllowed."""
    async with rt.transaction(viewer) as tx:
        found = await duty.shift(tx, shift_id)
        if found is None:
            raise NotFound("no such shift")
        try:
            await planned_body(tx, viewer, found.body_id)
        except NotAllowed:
            if found.body_id not in viewer.bodies:
                raise NotFound("no such shift") from None
            raise
        await duty.cancel_shift(tx, shift_id)
        tx.record("duty_planned", data={"body": found.body_id, "cancelled": shift_id})
        return str(found.body_id)


async def show_duty(
    rt: Runtime, viewer: Viewer, body: str, since: datetime, span: timedelta
) -> list[Any]:
    """Return a body's shifts that touch the span; for whoever plans it, its people, and 111.

    Errors: NotFound, NotAllowed.
    """
    async with rt.transaction(viewer) as tx:
        if body not in viewer.bodies and not viewer.at_111:
            await planned_body(tx, viewer, body)
        elif body not in await bodies.names(tx):
            raise NotFound("no such body")
        return list(await duty.shifts(tx, body, since, since + span))
