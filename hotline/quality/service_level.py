"""What the telephone's figures mean: each counts one list of calls. Pure.

| figure | is |
|---|---|
| offered | came in, and was answered, ended, or waited longer than the target already |
| service level | answered within the target / (offered - given up sooner than `abandoned_after`) |
| answer speed | mean wait of those who were answered |
| abandoned | ended without an operator, after `abandoned_after` or later |
| handle time | mean of talk, hold and writing up, of calls that are written up |
| occupancy | (talking + writing up) / (talking + writing up + ready) |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.cases.terms import PresenceState

BUSY = frozenset({PresenceState.TALKING, PresenceState.WRAP_UP})


@dataclass(frozen=True, slots=True)
class CallFacts:
    """One incoming call. `called_back`, `way`: of one that was given up."""

    call_id: int
    receipt: str | None
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    done_at: datetime | None = None  # written up
    called_back: bool = False
    way: bool = False  # a safe way to call is recorded: there is a call-back


@dataclass(frozen=True, slots=True)
class Target:
    """When an answer is in time, and a wait too short to count."""

    within: timedelta
    abandoned_after: timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody did one thing from one moment to another."""

    state: PresenceState
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class CallLists:
    """The calls behind each figure."""

    offered: tuple[CallFacts, ...]
    answered: tuple[CallFacts, ...]
    answered_soon: tuple[CallFacts, ...]
    abandoned: tuple[CallFacts, ...]
    too_short: tuple[CallFacts, ...]
    called_back: tuple[CallFacts, ...]
    without_way: tuple[CallFacts, ...]
    written_up: tuple[CallFacts, ...]
    waiting: tuple[CallFacts, ...]


@dataclass(frozen=True, slots=True)
class CallFigures:
    """The figures; None where there was nothing to count. Units: seconds, shares of 1."""

    service_level: float | None
    answer_speed_s: float | None
    abandoned_share: float | None
    handle_time_s: float | None
    occupancy: float | None
    longest_wait_s: float | None


def wait_of(call: CallFacts, now: datetime) -> timedelta:
    """Return how long a caller waited, or waits. Clocks that jumped make no wait below 0."""
    until = call.answered_at or call.ended_at or now
    return max(until - call.started_at, timedelta())


def lists_of(calls: Sequence[CallFacts], target: Target, now: datetime) -> CallLists:
    """Return which call counts where."""
    answered = tuple(one for one in calls if one.answered_at is not None)
    lost = [one for one in calls if one.answered_at is None and one.ended_at is not None]
    waiting = tuple(one for one in calls if one.answered_at is None and not one.ended_at)
    late = [one for one in waiting if wait_of(one, now) > target.within]
    gave_up = tuple(one for one in lost if wait_of(one, now) >= target.abandoned_after)
    return CallLists(
        offered=tuple(sorted([*answered, *lost, *late], key=lambda one: one.call_id)),
        answered=answered,
        answered_soon=tuple(x for x in answered if wait_of(x, now) <= target.within),
        abandoned=gave_up,
        too_short=tuple(x for x in lost if wait_of(x, now) < target.abandoned_after),
        called_back=tuple(one for one in gave_up if one.called_back),
        without_way=tuple(one for one in gave_up if not one.way),
        written_up=tuple(one for one in answered if one.done_at is not None),
        waiting=waiting,
    )


def figures_of(lists: CallLists, spans: Sequence[Span], now: datetime) -> CallFigures:
    """Return the figures of `lists` and of what operators did meanwhile."""
    counted = len(lists.offered) - len(lists.too_short)
    took = [
        max(one.done_at - one.answered_at, timedelta())
        for one in lists.written_up
        if one.done_at is not None and one.answered_at is not None
    ]
    waits = [wait_of(one, now) for one in lists.waiting]
    return CallFigures(
        service_level=_share(len(lists.answered_soon), counted),
        answer_speed_s=_mean([wait_of(one, now) for one in lists.answered]),
        abandoned_share=_share(len(lists.abandoned), counted),
        handle_time_s=_mean(took),
        occupancy=_occupancy(spans),
        longest_wait_s=max(waits).total_seconds() if waits else None,
    )


def clipped(spans: Sequence[Span], begin: datetime, end: datetime) -> list[Span]:
    """Return what of `spans` lies between two moments."""
    cut = [Span(one.state, max(one.begin, begin), min(one.end, end)) for one in spans]
    return [one for one in cut if one.begin < one.end]


def _occupancy(spans: Sequence[Span]) -> float | None:
    busy = sum(((x.end - x.begin) for x in spans if x.state in BUSY), timedelta())
    ready = sum(
        ((x.end - x.begin) for x in spans if x.state is PresenceState.READY), timedelta()
    )
    return busy / (busy + ready) if busy + ready else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(spans: Sequence[timedelta]) -> float | None:
    return sum(spans, timedelta()).total_seconds() / len(spans) if spans else None
