"""Use case (the supervisor): another working calendar moves open deadlines, and only those.

Limits stay as they were given; what is late stays late. Another ladder is followed first.
Period: at the supervisor's start and
every ten minutes; two at once are harmless.
"""

from dataclasses import replace
from typing import Any

import structlog

from hotline.actions.follow_ladder import follow_ladder
from hotline.actions.steps import run_clocks
from hotline.cases.terms import ClockName, ClockState
from hotline.config.calendar import Hours
from hotline.config.limit import parse_limit
from hotline.config.sla import Words
from hotline.errors import RuleForbids
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.sla.calendar import WorkingCalendar
from hotline.sla.deadline import Deadline, due_at
from hotline.sla.explain import counted, delayed
from hotline.sla.ledger import Line
from hotline.sla.put_off import put_off
from hotline.sla.targets import Target
from hotline.store import clock_changes, clock_hours, clock_ledger, clocks, open_work_clocks
from hotline.store.clock_changes import Recomputed
from hotline.store.transaction import Nudge, Transaction

CALENDAR = Machine("calendar")
BATCH = 200
log = structlog.get_logger()


async def recompute_calendar(rt: Runtime) -> int:
    """Give open working-time deadlines the calendar of today; return how many were moved.

    A deadline that the new calendar does not reach is left as it was, and logged.
    """
    await follow_ladder(rt)
    after, moved = 0, 0
    async with rt.transaction(CALENDAR) as tx:
        kept = await open_work_clocks.versions(tx)
        own = await clock_hours.of_bodies(tx, {body for body, _ in kept if body})
    stale = [key for key in kept if key[1] != _calendar(rt, own, key[0]).version]
    while stale:
        async with rt.transaction(CALENDAR) as tx:
            rows = await open_work_clocks.claim(tx, stale, after, BATCH)
            lines = await clock_ledger.read(tx, [row.id for row in rows])
            for row in rows:
                calendar = _calendar(rt, own, row.body_id)
                moved += await _recompute(rt, tx, row, calendar, lines.get(row.id, []))
            clocks.refresh_due(tx, {row.case_id for row in rows if row.case_id})
            if rows:
                tx.nudge(Nudge("board"))
        if not rows:
            break
        after = rows[-1].id
    return moved


def _calendar(rt: Runtime, own: Any, body: str | None) -> WorkingCalendar:
    hours: Hours | None = own.get(body) if body else None
    return rt.calendar.for_hours(hours)


async def _recompute(
    rt: Runtime, tx: Transaction, row: Any, calendar: WorkingCalendar, lines: list[Line]
) -> int:
    """Give one clock its deadline by another calendar; return 1 when it has one."""
    if row.state == ClockState.RUNNING and row.due_at <= tx.now:
        return 0  # late by the calendar that held: no later change alters that
    delays = (await run_clocks.delays_of(tx, [row])).get(row.id, [])
    limit = parse_limit(row.allowed)
    try:
        base = _as_given(row, calendar, lines)
        due = put_off(row.started_at, base.due_at, limit, delays, calendar)
        steps = [
            *counted(base, calendar),
            *delayed(row.started_at, limit, delays, calendar),
        ]
    except RuleForbids as refused:
        log.warning("deadline_not_recomputed", clock_id=row.id, code=refused.code)
        return 0
    look = None
    if row.state == ClockState.RUNNING:
        name = ClockName(row.name)
        look = run_clocks.look_of(
            rt, name, row.started_at, due, row.urgency, row.told_percent
        )
    fresh = Recomputed(
        replace(base, due_at=due), row.urgency, "calendar", look, steps, row.told_percent
    )
    await clock_changes.recompute(tx, row, fresh)
    return 1


def _as_given(row: Any, calendar: WorkingCalendar, lines: list[Line]) -> Deadline:
    """Return the deadline by the rule of then, which the ledger kept, and this calendar."""
    limit = parse_limit(row.allowed)
    basis = _basis(row, lines)
    name = ClockName(row.name)
    target = Target(name, limit, row.law, basis, row.policy_version)
    due = due_at(row.started_at, limit, calendar)
    return Deadline(target, row.started_at, due, calendar.version, row.body_id)


def _basis(row: Any, lines: list[Line]) -> Words:
    for line in reversed(lines):
        if "basis" in line.data:
            told = line.data["basis"]
            return Words(en=row.basis, kk=told["kk"], ru=told["ru"])
    return Words(en=row.basis, kk=row.basis, ru=row.basis)
