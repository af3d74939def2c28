"""Use case: a commissioner goes on with their own work: a note, an answer, a day, the end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.actions.begin_oversight import LONGEST, overseer
from hotline.cases.numbers import id_from
from hotline.cases.oversight import (
    ENDINGS,
    OversightKind,
    OversightStep,
    Standing,
    steps_of,
)
from hotline.errors import NotFound, RuleForbids, Stale
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import oversight
from hotline.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Stepped:
    """What was typed. `day`: of an answer or of the next look; `outcome`: of an end."""

    step: OversightStep
    version: int
    text: str = ""
    day: datetime | None = None
    outcome: str = ""


async def step_oversight(rt: Runtime, viewer: Viewer, number: str, done: Stepped) -> None:
    """Write the step down and change what it changes.

    Errors: NotFound for what one may not know of; Stale; RuleForbids with the field.
    """
    overseer(viewer)
    act_id = id_from(number, rt.number_key)
    async with rt.transaction(viewer) as tx:
        row = None if act_id is None else await oversight.one(tx, viewer, act_id)
        if row is None:
            raise NotFound("no such work")
        if done.step not in steps_of(standing_of(row)):
            raise RuleForbids("this is over", code="already_over")
        values = _values(tx, row, done)
        if not await oversight.change(tx, row.id, done.version, values):
            raise Stale("somebody was quicker", code="stale")
        await oversight.note(tx, row.id, done.step, done.text.strip())


def standing_of(row: Any) -> Standing:
    """Return where a stored row stands."""
    return Standing(
        OversightKind(row.kind), row.due_at, row.answered_at, row.follow_up_at, row.ended_at
    )


def _values(tx: Transaction, row: Any, done: Stepped) -> dict[str, Any]:
    """Return what the step changes. Errors: RuleForbids."""
    if len(done.text) > LONGEST:
        raise RuleForbids("the text is too long", code="text_too_long", field="text")
    if done.step is not OversightStep.FOLLOW_UP and not done.text.strip():
        raise RuleForbids("the text is missing", code="text_missing", field="text")
    if done.step is OversightStep.ANSWER:
        return _answered(tx, row, done)
    if done.step is OversightStep.FOLLOW_UP:
        if done.day is None or done.day <= tx.now:
            raise RuleForbids("give a day to come", code="in_past", field="day")
        return {"follow_up_at": done.day, "look_at": _next_look(tx, row, done.day)}
    if done.step is OversightStep.END:
        if done.outcome not in ENDINGS[OversightKind(row.kind)]:
            raise RuleForbids("how did it end?", code="outcome_missing", field="outcome")
        return {"ended_at": tx.now, "outcome": done.outcome, "look_at": None}
    return {}


def _answered(tx: Transaction, row: Any, done: Stepped) -> dict[str, Any]:
    at = done.day or tx.now
    if not row.opened_at <= at <= tx.now:
        raise RuleForbids(
            "before it was asked, or later than now", code="bad_moment", field="day"
        )
    look = row.follow_up_at if row.follow_up_at and row.follow_up_at > tx.now else None
    return {"answered_at": at, "look_at": look}


def _next_look(tx: Transaction, row: Any, day: datetime) -> datetime:
    """Return the next moment at which the commissioner is told: an answer still owed too."""
    waits = row.due_at is not None and row.answered_at is None and row.due_at > tx.now
    return min(day, row.due_at) if waits else day
