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


@dataclass(frozen=True, slots=True)
class ClockRecomputed:
    """Another urgency, policy or calendar gave another due moment; the start stays."""

    at: datetime
    due_at: datetime
    urgency: Urgency
    policy_version: str
    calendar_version: str


@dataclass(frozen=True, slots=True)
class ClockBreached:
    """The clock was late from `at` (its due moment); the engine saw it at `judged_at`."""

    at: datetime
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class ClockEscalated:
    """The ladder was walked at `at`; `next_step` is the first step still to come."""

    at: datetime
    next_step: int


@dataclass(frozen=True, slots=True)
class ClockMet:
    """What the clock waited for happened at `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ClockCancelled:
    """The clock no longer applies since `at`."""

    at: datetime


ClockChange = ClockRecomputed | ClockBreached | ClockEscalated | ClockMet | ClockCancelled
ClockEvent = ClockStarted | ClockChange


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """A clock as its events leave it."""

    facts: ClockFacts
    policy_version: str
    calendar_version: str
    breached_at: datetime | None = None
    judged_at: datetime | None = None
    met_at: datetime | None = None
    cancelled_at: datetime | None = None


def replay(events: Iterable[ClockEvent]) -> ClockRecord:
    """Return the clock that these events, in order, leave behind.

    What comes after a clock was met or cancelled changes nothing, and a second breach
    neither: the ledger keeps the first. A recomputed clock climbs its ladder anew.

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
        event.name, event.at, event.due_at, event.urgency, ClockState.RUNNING, next_step=0
    )
    return ClockRecord(facts, event.policy_version, event.calendar_version)


def _apply(record: ClockRecord, event: ClockEvent) -> ClockRecord:
    if isinstance(event, ClockStarted):
        raise RuleForbids("a clock starts once", code="clock_history")
    facts = record.facts
    again = isinstance(event, ClockBreached) and record.breached_at is not None
    if again or facts.state in {ClockState.MET, ClockState.CANCELLED}:
        return record
    match event:
        case ClockMet(at=at):
            facts = replace(facts, state=ClockState.MET)
            record = replace(record, met_at=at)
        case ClockCancelled(at=at):
            facts = replace(facts, state=ClockState.CANCELLED)
            record = replace(record, cancelled_at=at)
        case ClockBreached(at=at, judged_at=seen):
            facts = replace(facts, state=ClockState.BREACHED)
            record = replace(record, breached_at=at, judged_at=seen)
        case ClockEscalated(next_step=step):
            facts = replace(facts, next_step=step)
        case ClockRecomputed(due_at=due, urgency=urgency, policy_version=policy):
            facts = replace(facts, due_at=due, urgency=urgency, next_step=0)
            calendar = event.calendar_version
            record = replace(record, policy_version=policy, calendar_version=calendar)
    return replace(record, facts=facts)
