"""Use cases: the written outcome waits for the applicant, once and for a few days; goes on."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog

from hotline.actions.steps.clock_at_hand import (
    ClockAtHand,
    allowance,
    at_hand,
    clock_at_hand,
    must_run,
)
from hotline.actions.steps.halve import halved
from hotline.actions.steps.move import moving
from hotline.actions.steps.run_clocks import look_of
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ClockName, ClockState, PauseReason
from hotline.errors import HotlineError, RuleForbids
from hotline.identity.viewer import SWEEP, Viewer
from hotline.runtime import Runtime
from hotline.sla.explain import delayed
from hotline.sla.put_off import Paused, pause_ends, put_off
from hotline.store import cases, clock_changes, clocks
from hotline.store.transaction import Nudge, Transaction

BATCH = 100
PUT_OFF = timedelta(minutes=1)  # a clock that could not go on is asked again
log = structlog.get_logger()


async def pause_clock(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    clock: str,
    reason: str,
    version: int | None = None,
) -> None:
    """Let a clock stand still until the applicant answers, at the latest until its limit.

    Errors: RuleForbids names `clock` or `reason`: `never_pauses`, `unknown_reason`,
    `paused_enough`, `clock_paused`, `clock_late`; NotFound, NotAllowed, Stale.
    Source: config/sla.yaml, `pausable`.
    """
    async with moving(rt, viewer, number, Move.PAUSE, version) as moved:
        tx = moved.tx
        found = await clock_at_hand(rt, moved, clock)
        if reason != PauseReason.AWAITING_APPLICANT:
            raise RuleForbids("no such reason", code="unknown_reason", field="reason")
        allowed = allowance(rt, clock, PauseReason.AWAITING_APPLICANT)
        must_run(found.row, tx.now)
        if found.times("paused", reason) >= allowed.times:
            raise RuleForbids(
                "it has stood still for this reason before",
                code="paused_enough",
                field="reason",
            )
        limit = allowed.limit or found.limit
        until = pause_ends(tx.now, limit, found.calendar)
        await clock_changes.pause(tx, found.row, reason, until)
        await cases.change(tx, moved.case.id, {})


async def resume_clock(
    rt: Runtime, viewer: Viewer, number: str, *, clock: str, version: int | None = None
) -> None:
    """Let a paused clock go on now. Errors: RuleForbids `not_paused`; as `pause_clock`."""
    async with moving(rt, viewer, number, Move.RESUME, version) as moved:
        found = await clock_at_hand(rt, moved, clock)
        if found.row.state != ClockState.PAUSED:
            raise RuleForbids("the clock runs", code="not_paused", field="clock")
        await _resume(rt, moved.tx, found)
        await cases.change(moved.tx, moved.case.id, {})


async def resume_clocks(rt: Runtime) -> int:
    """Let the clocks go on whose pause is over; return how many did.

    Period: with the sweep. Two at once are harmless: cases and clocks are locked. After an
    outage a pause still ended when it had to. What cannot go on is logged and asked again in
    a while, and holds up no other.
    """
    async with rt.transaction(SWEEP) as tx:
        found = await clock_changes.paused_until_now(tx, BATCH)
    due = {row.id: row for row in sorted(found, key=lambda row: (row.case_id, row.id))}

    async def resume_these(ids: Sequence[int]) -> int:
        resumed = 0
        async with rt.transaction(SWEEP) as tx:
            for clock_id in ids:
                resumed += await _resume_one(rt, tx, due[clock_id])
        return resumed

    async def leave(clock_id: int, error: Exception) -> None:
        # What else an error says may quote a person.
        code = error.code if isinstance(error, HotlineError) else type(error).__name__
        log.error("clock_not_resumed", code=code, clock_id=clock_id)
        async with rt.transaction(SWEEP) as tx:
            await clock_changes.leave_paused(tx, clock_id, tx.now + PUT_OFF)

    return await halved(list(due), resume_these, leave)


async def _resume_one(rt: Runtime, tx: Transaction, due: Any) -> int:
    case = await cases.by_id(tx, due.case_id, lock=True)
    row = await clock_changes.lock(tx, due.id)
    over = row is not None and row.resume_by is not None and row.resume_by <= tx.now
    if not over or case is None:
        return 0
    await _resume(rt, tx, await at_hand(rt, tx, row))
    clocks.refresh_due(tx, [case.id])
    tx.nudge(case.nudge())
    tx.nudge(Nudge("board"))
    return 1


async def _resume(rt: Runtime, tx: Transaction, found: ClockAtHand) -> None:
    """Let a clock go on; it is due later by what it stood still."""
    row = found.row
    pause = Paused(row.paused_at, min(tx.now, row.resume_by))
    start, limit = row.started_at, found.limit
    due = put_off(start, row.due_at, limit, [pause], found.calendar)
    look = look_of(rt, ClockName(row.name), start, due, row.urgency, row.told_percent)
    steps = delayed(start, limit, [pause], found.calendar)
    await clock_changes.resume(tx, row, due, pause.until, steps=steps, look_at=look)
