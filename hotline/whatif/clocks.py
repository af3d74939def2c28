"""A stored clock under other rules: when it would be due, and whether it would be late."""

from dataclasses import dataclass
from datetime import datetime

from hotline.cases.terms import ClockName, ClockState, Regime, Urgency
from hotline.sla.deadline import due_at
from hotline.sla.targets import target
from hotline.whatif.rules import Rules


@dataclass(frozen=True, slots=True)
class StoredClock:
    """What is kept of a clock; moments aware."""

    id: int
    case_id: int | None
    contact_id: int | None
    name: str
    urgency: int
    regime: str
    rural: bool
    body_id: str | None  # who was asked: its hours count, where working time is counted
    started_at: datetime
    due_at: datetime
    state: str
    met_at: datetime | None
    moved: bool = False  # paused or extended by a person: not the rules' doing alone


@dataclass(frozen=True, slots=True)
class ClockAnswer:
    """Due moment under one side's rules. `due_at` None: the clock would not run."""

    due_at: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class ClockPair:
    """The same clock under both."""

    before: ClockAnswer
    after: ClockAnswer

    @property
    def changes(self) -> bool:
        """Return whether the deadline moves, begins or falls away."""
        return self.before != self.after


def replay_clock(
    clock: StoredClock, before: Rules, after: Rules, now: datetime
) -> ClockPair:
    """Return the clock under both rules, judged with the moment at which it was met.

    What people added, a pause or an extension, is added to both in the same measure.

    Units: `now` aware. Errors: RuleForbids `beyond_calendar`; ValueError for a name, an
    urgency or a regime that nobody knows.
    """
    name, urgency = ClockName(clock.name), Urgency(clock.urgency)
    regime = Regime(clock.regime)
    moments: list[datetime | None] = []
    seen: list[tuple[object, str]] = []
    for rules in (before, after):
        found = target(rules.config.sla, name, urgency, regime, rural=clock.rural)
        if found is None:
            moments.append(None)
            continue
        calendar = rules.calendar(clock.body_id)
        asked = (found.limit, calendar.version)
        if asked in seen:  # the same limit in the same calendar ends at the same moment
            moments.append(moments[0])
        else:
            moments.append(due_at(clock.started_at, found.limit, calendar))
        seen.append(asked)
    old, new = moments
    if clock.moved and old is not None and new is not None:
        added = clock.due_at - old
        old, new = clock.due_at, new + added
    return ClockPair(_answer(old, clock, now), _answer(new, clock, now))


def _answer(due: datetime | None, clock: StoredClock, now: datetime) -> ClockAnswer:
    """One that was cancelled on time, or stands still, is never late; see `sla.breach.judge`."""
    if due is None or clock.state in (ClockState.CANCELLED, ClockState.PAUSED):
        return ClockAnswer(due, late=False)
    ended = clock.met_at or now
    return ClockAnswer(due, late=ended >= due)


@dataclass(frozen=True, slots=True)
class StoredCase:
    """What the limits of a case's own clocks depend on."""

    id: int
    urgency: int
    regime: str
    rural: bool
    received_at: datetime


def begins(
    case: StoredCase, name: ClockName, before: Rules, after: Rules
) -> datetime | None:
    """Return when a clock would be due that only the other rules know for such a case.

    Errors: RuleForbids `beyond_calendar`; ValueError for a value that nobody knows.
    """
    urgency, regime = Urgency(case.urgency), Regime(case.regime)
    old, new = (
        target(rules.config.sla, name, urgency, regime, rural=case.rural)
        for rules in (before, after)
    )
    if old is not None or new is None:
        return None
    return due_at(case.received_at, new.limit, after.calendar(None))
