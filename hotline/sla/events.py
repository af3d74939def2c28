"""What is written of a clock, and how replaying it gives the clock's state again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from hotline.cases.terms import ClockName, ClockState, Urgency
from hotline.errors import RuleForbids
from hotline.sla.breach import ClockFacts


@dataclass(frozen=True, slots=True)
class ClockStarted:
    """A clock began to run at `at`."""

    at: datetime
    name: ClockName
    due_at: datetime
    urgency: Urgency
    policy_version: str
    calendar_version: str
    limit: str = ""  # as `Limit.text` says it
    law: bool = False
    body: str | None = None  # whose working hours count


@dataclass(frozen=True, slots=True)
class ClockRecomputed:
    """Another urgency, regime or calendar gave another due moment; the start stays."""

    at: datetime
    due_at: datetime
    urgency: Urgency
    policy_version: str
    calendar_version: str
    limit: str = ""
    law: bool = False
    body: str | None = None
    told_percent: int | None = 0  # another urgency climbs the ladder anew; None: it stands


@dataclass(frozen=True, slots=True)
class ClockPaused:
    """The clock stands still since `at`, and goes on by itself at `resume_by`."""

    at: datetime
    reason: str
    resume_by: datetime


@dataclass(frozen=True, slots=True)
class ClockResumed:
    """The clock goes on since `at`, and is due later by what it stood still."""

    at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ClockExtended:
    """A head, deputy or supervisor put the deadline off at `at`."""

    at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ClockBreached:
    """The clock was late from `at` (its due moment); the engine saw it at `judged_at`."""

    at: datetime
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class ClockEscalated:
    """The ladder was walked at `at`, up to and with the step of `told_percent`."""

    at: datetime
    told_percent: int


@dataclass(frozen=True, slots=True)
class ClockMet:
    """What the clock waited for happened at `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ClockCancelled:
    """The clock no longer applies since `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ClockTakenBack:
    """What had met the clock was taken back at `at`: it stands as it did before."""

    at: datetime


ClockChange = (
    ClockRecomputed
    | ClockPaused
    | ClockResumed
    | ClockExtended
    | ClockBreached
    | ClockEscalated
    | ClockMet
    | ClockCancelled
    | ClockTakenBack
)
ClockEvent = ClockStarted | ClockChange


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """A clock as its events leave it."""

    facts: ClockFacts
    policy_version: str
    calendar_version: str
    limit: str = ""
    law: bool = False
    body: str | None = None
    paused_at: datetime | None = None
    pause_reason: str | None = None  # of the last pause, also when it has ended
    resume_by: datetime | None = None
    extended_to: datetime | None = None
    breached_at: datetime | None = None
    judged_at: datetime | None = None
    met_at: datetime | None = None
    cancelled_at: datetime | None = None


def replay(events: Iterable[ClockEvent]) -> ClockRecord:
    """Return the clock that these events, in order, leave behind.

    What comes after a clock was met or cancelled changes nothing, and a second breach
    neither: the ledger keeps the first. What was late when it was cancelled stays late.
    Only another urgency climbs the ladder anew.

    Errors: RuleForbids `clock_history` when it does not begin with exactly one start.
    """
    story = iter(events)
    first = next(story, None)
    if not isinstance(first, ClockStarted):
        raise RuleForbids("a clock's story begins with its start", code="clock_history")
    record = _started(first)
    for event in story:
        record = _apply(record, event)
    return record


def _started(event: ClockStarted) -> ClockRecord:
    facts = ClockFacts(
        event.name, event.at, event.due_at, event.urgency, ClockState.RUNNING
    )
    return ClockRecord(
        facts,
        event.policy_version,
        event.calendar_version,
        event.limit,
        event.law,
        event.body,
    )


def _apply(record: ClockRecord, event: ClockEvent) -> ClockRecord:
    if isinstance(event, ClockStarted):
        raise RuleForbids("a clock starts once", code="clock_history")
    facts = record.facts
    if isinstance(event, ClockTakenBack):
        return _taken_back(record)
    again = isinstance(event, ClockBreached) and record.breached_at is not None
    if again or facts.state in {ClockState.MET, ClockState.CANCELLED}:
        return record
    if isinstance(event, ClockMet | ClockCancelled):
        return _ended(record, event)
    if isinstance(event, ClockRecomputed):
        return _recomputed(record, event)
    match event:
        case ClockBreached(at=at, judged_at=seen):
            facts = replace(facts, state=ClockState.BREACHED)
            record = replace(record, breached_at=at, judged_at=seen)
        case ClockEscalated(told_percent=percent):
            facts = replace(facts, told_percent=percent)
        case ClockPaused(at=at, reason=reason, resume_by=until):
            facts = replace(facts, state=ClockState.PAUSED)
            record = replace(record, paused_at=at, pause_reason=reason, resume_by=until)
        case ClockResumed(due_at=due):
            facts = replace(facts, state=ClockState.RUNNING, due_at=due)
            record = replace(record, paused_at=None, resume_by=None)
        case ClockExtended(due_at=due):
            facts = replace(facts, due_at=due)
            record = replace(record, extended_to=due)
    return replace(record, facts=facts)


def _ended(record: ClockRecord, event: ClockMet | ClockCancelled) -> ClockRecord:
    met = isinstance(event, ClockMet)
    state = ClockState.MET if met else ClockState.CANCELLED
    if not met and record.facts.state is ClockState.BREACHED:
        state = ClockState.BREACHED  # nothing hides that it was late
    return replace(
        record,
        facts=replace(record.facts, state=state),
        paused_at=None,
        resume_by=None,
        met_at=event.at if met else None,
        cancelled_at=None if met else event.at,
    )


def _taken_back(record: ClockRecord) -> ClockRecord:
    """Return a met clock as it was: what was late stays late, and no term begins anew."""
    if record.facts.state is not ClockState.MET:
        return record
    late = record.breached_at is not None
    state = ClockState.BREACHED if late else ClockState.RUNNING
    return replace(record, facts=replace(record.facts, state=state), met_at=None)


def _recomputed(record: ClockRecord, event: ClockRecomputed) -> ClockRecord:
    facts, told = record.facts, event.told_percent
    return replace(
        record,
        facts=replace(
            facts,
            due_at=event.due_at,
            urgency=event.urgency,
            told_percent=facts.told_percent if told is None else told,
        ),
        policy_version=event.policy_version,
        calendar_version=event.calendar_version,
        limit=event.limit,
        law=event.law,
        body=event.body,
    )
