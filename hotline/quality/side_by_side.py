"""Two models over the same contacts: whether one may take the other's place.

A candidate may not when it finds less danger, misses more that is urgent, rings the bell more often
for nothing, or is right about the topic less often than chance explains; nor when it gains
nothing, or when the labels it learned from contradict what is known beyond belief.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

URGENT = 1  # at urgency 0 and 1 there is danger, and at no other
NOISE = 1.645  # standard deviations; one-sided 95 %


@dataclass(frozen=True, slots=True)
class Truth:
    """What a person said of one contact. `code` None: it was closed and given no topic."""

    code: str | None
    urgency: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said of it. `alarm`: danger at or above the level that rings the bell."""

    code: str
    urgency: int
    alarm: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """One model over one set of contacts."""

    n: int
    urgent: int
    found: int  # urgent ones with an alarm
    missed_urgent: int  # urgent ones with neither an alarm nor urgency 0 or 1
    false_alarms: int
    with_code: int
    right_code: int


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Both models over one set; `lost`: topics that only the running model had right."""

    running: Counted
    candidate: Counted
    won: int
    lost: int
    alarms_won: int  # false alarms that only the running model gave
    alarms_lost: int


def side_by_side(
    truths: Sequence[Truth], running: Sequence[Answer], candidate: Sequence[Answer]
) -> SideBySide:
    """Return both models' figures over the same contacts, in the same order."""
    both = list(zip(truths, running, candidate, strict=True))
    topics = [(old.code == t.code, new.code == t.code) for t, old, new in both if t.code]
    calm = [(old.alarm, new.alarm) for t, old, new in both if t.urgency > URGENT]
    return SideBySide(
        running=_counted([(truth, old) for truth, old, _ in both]),
        candidate=_counted([(truth, new) for truth, _, new in both]),
        won=sum(new and not old for old, new in topics),
        lost=sum(old and not new for old, new in topics),
        alarms_won=sum(old and not new for old, new in calm),
        alarms_lost=sum(new and not old for old, new in calm),
    )


def _counted(pairs: Iterable[tuple[Truth, Answer]]) -> Counted:
    known = list(pairs)
    urgent = [said for truth, said in known if truth.urgency <= URGENT]
    topics = [(truth, said) for truth, said in known if truth.code is not None]
    return Counted(
        n=len(known),
        urgent=len(urgent),
        found=sum(said.alarm for said in urgent),
        missed_urgent=sum(not said.alarm and said.urgency > URGENT for said in urgent),
        false_alarms=sum(said.alarm for truth, said in known if truth.urgency > URGENT),
        with_code=len(topics),
        right_code=sum(said.code == truth.code for truth, said in topics),
    )


def worse(found: SideBySide) -> tuple[str, ...]:
    """Return in what the candidate is worse; danger allows for no noise."""
    old, new = found.running, found.candidate
    faults = {
        "danger_recall_fell": new.found < old.found,
        "missed_urgent_rose": new.missed_urgent > old.missed_urgent,
        "false_alarms_rose": _beyond_noise(found.alarms_lost, found.alarms_won),
        "topics_fell": _beyond_noise(found.lost, found.won),
    }
    return tuple(name for name, holds in faults.items() if holds)


def better(found: SideBySide) -> bool:
    """Return whether the candidate gains anything at all."""
    old, new = found.running, found.candidate
    return (
        found.won > found.lost
        or new.found > old.found
        or new.missed_urgent < old.missed_urgent
        or found.alarms_won > found.alarms_lost
    )


def _beyond_noise(lost: int, won: int) -> bool:
    """Return whether more was lost than won, and more than chance explains.

    Source: Q. McNemar, "Note on the sampling error of the difference between correlated
    proportions", Psychometrika 12, 1947.
    """
    return lost - won > NOISE * sqrt(lost + won)
