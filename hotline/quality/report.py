"""The arithmetic of the quality report: counts in, shares with intervals out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hotline.quality.drift import Drift, drift_of
from hotline.quality.share import Share, share_of

URGENT = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """`n` contacts of which machine and people said the same pair of things.

    `code` None: a person closed them and gave no topic. `machine` None: nothing was read.
    """

    language: str
    machine: str | None
    code: str | None
    alarm: bool
    machine_urgency: int | None
    urgency: int
    n: int


@dataclass(frozen=True, slots=True)
class Line:
    """One language, or one code as people called it."""

    name: str
    topic: Share  # triage named the topic that people confirmed
    urgency: Share  # triage named the urgency that people confirmed
    danger: Share  # urgent ones for which triage rang the bell
    false_urgent: Share  # of those that were not urgent


@dataclass(frozen=True, slots=True)
class DriftLine:
    """One distribution of one week against the reference period."""

    week: str
    of: str  # codes | languages | confidence
    n: int
    drift: Drift


@dataclass(frozen=True, slots=True)
class Seen:
    """`n` contacts of one week that triage read alike. `confidence`: a fifth, "0" to "4"."""

    week: str
    code: str
    language: str
    confidence: str
    n: int


def line_of(name: str, tallies: Iterable[Tally]) -> Line:
    """Return the figures of some tallies."""
    read = [one for one in tallies if one.machine is not None]

    def share(
        hit: Callable[[Tally], bool], among: Callable[[Tally], bool] = lambda _: True
    ) -> Share:
        asked = [one for one in read if among(one)]
        return share_of(sum(t.n for t in asked if hit(t)), sum(t.n for t in asked))

    return Line(
        name,
        topic=share(lambda t: t.machine == t.code, lambda t: t.code is not None),
        urgency=share(lambda t: t.machine_urgency == t.urgency),
        danger=share(lambda t: t.alarm, lambda t: t.urgency <= URGENT),
        false_urgent=share(lambda t: t.alarm, lambda t: t.urgency > URGENT),
    )


def lines_by(
    tallies: Sequence[Tally], name_of: Callable[[Tally], str | None]
) -> list[Line]:
    """Return a line for every name, the most frequent first; what has no name is left out."""
    counts: Counter[str] = Counter()
    for one in tallies:
        name = name_of(one)
        if name is not None:
            counts[name] += one.n
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    return [line_of(name, [t for t in tallies if name_of(t) == name]) for name in ordered]


def false_urgent_per_1000(tallies: Iterable[Tally]) -> float | None:
    """Return how many of 1,000 judged contacts were wrongly called urgent; None without any."""
    read = [one for one in tallies if one.machine is not None]
    n = sum(one.n for one in read)
    wrong = sum(one.n for one in read if one.alarm and one.urgency > URGENT)
    return round(1000 * wrong / n, 1) if n else None


def drifts(seen: Sequence[Seen], reference: frozenset[str]) -> list[DriftLine]:
    """Return each week that is not of the `reference` against all weeks that are."""
    found = []
    weeks = sorted({one.week for one in seen} - reference)
    for of, name_of in _PARTS.items():
        before = _counts([one for one in seen if one.week in reference], name_of)
        for week in weeks:
            now = _counts([one for one in seen if one.week == week], name_of)
            found.append(DriftLine(week, of, now.total(), drift_of(before, now)))
    return found


_PARTS: dict[str, Callable[[Seen], str]] = {
    "codes": lambda one: one.code,
    "languages": lambda one: one.language,
    "confidence": lambda one: one.confidence,
}


def _counts(seen: Iterable[Seen], name_of: Callable[[Seen], str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in seen:
        counts[name_of(one)] += one.n
    return counts
