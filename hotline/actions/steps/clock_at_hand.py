"""Step: the one clock of a case that a person wants to pause, resume or extend."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.actions.steps.move import Moving
from hotline.cases.terms import ClockName, ClockState, PauseReason
from hotline.config.limit import Limit, parse_limit
from hotline.config.sla import Pause
from hotline.errors import NotFound, RuleForbids
from hotline.runtime import Runtime
from hotline.sla.calendar import WorkingCalendar
from hotline.sla.ledger import Line
from hotline.store import clock_hours, clock_ledger, clocks
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ClockAtHand:
    """A clock, locked, with its ledger and the calendar that it counts by."""

    row: Any
    lines: list[Line]
    calendar: WorkingCalendar

    @property
    def limit(self) -> Limit:
        """Return the limit that the clock was started with."""
        return parse_limit(self.row.allowed)

    def times(self, event: str, reason: str | None = None) -> int:
        """Return how often an event stands in the ledger."""
        return sum(
            line.event == event and reason in (None, line.data.get("reason"))
            for line in self.lines
        )


async def clock_at_hand(rt: Runtime, moved: Moving, name: str) -> ClockAtHand:
    """Return the case's unmet clock of that name.

    Errors: RuleForbids `unknown_clock` for a name that is none; NotFound where no such clock
    runs on this case.
    """
    if name not in set(ClockName):
        raise RuleForbids("there is no such clock", code="unknown_clock", field="clock")
    rows = await clocks.unmet(moved.tx, ClockOwner(case_id=moved.case.id))
    found = [row for row in rows if row.name == name and row.referral_id is None]
    if not found:
        raise NotFound("no such clock runs on this case", code="no_such_clock")
    return await at_hand(rt, moved.tx, found[-1])


async def at_hand(rt: Runtime, tx: Transaction, row: Any) -> ClockAtHand:
    """Return a locked clock with its ledger and calendar."""
    lines = await clock_ledger.read(tx, [row.id])
    hours = await clock_hours.of_bodies(tx, [row.body_id]) if row.body_id else {}
    return ClockAtHand(
        row, lines.get(row.id, []), rt.calendar.for_hours(hours.get(row.body_id))
    )


def allowance(rt: Runtime, name: str, reason: PauseReason) -> Pause:
    """Return what policy allows this clock for this reason.

    Errors: RuleForbids `never_pauses`: nothing up to "the child is safe" ever stands still.
    """
    clock = rt.config.sla.clocks[name]
    found = next((pause for pause in clock.pausable if pause.reason is reason), None)
    if found is None:
        raise RuleForbids(
            "this clock never stands still", code="never_pauses", field="clock"
        )
    return found


def must_run(row: Any, now: datetime) -> None:
    """Errors: RuleForbids `clock_paused`, or `clock_late`: what is late stays late."""
    if row.state == ClockState.PAUSED:
        raise RuleForbids("the clock stands still", code="clock_paused", field="clock")
    if row.state != ClockState.RUNNING or row.due_at <= now:
        raise RuleForbids("the deadline has passed", code="clock_late", field="clock")
