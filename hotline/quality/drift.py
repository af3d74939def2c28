"""Drift: whether what comes in has changed more than chance alone would change it.

The population stability index compares two distributions. Its usual limits (0.1 and 0.25)
hold for large counts only: between two small samples of the very same stream it is large by
chance. So it must also exceed what chance gives in 99 of 100 weeks: for one stream the index
times n*m/(n+m) follows chi-square. Source of the approximation of its quantile: E. B. Wilson
and M. M. Hilferty, "The distribution of chi-square", PNAS 17, 1931.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt

WATCH, MOVED = 0.1, 0.25
_RARE = 2.326348  # standard deviations of 99 %
_HALF = 0.5  # added to every count, so that a code never seen before is no infinity


class Verdict(StrEnum):
    """What an index says."""

    TOO_LITTLE = "too_little"
    STEADY = "steady"
    WATCH = "watch"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Drift:
    """One distribution against the reference period. `chance`: what chance alone may give."""

    index: float
    chance: float
    verdict: Verdict


def drift_of(reference: Mapping[str, int], current: Mapping[str, int]) -> Drift:
    """Return how far `current` has moved from `reference`; both are counts by name."""
    before, now = sum(reference.values()), sum(current.values())
    if before == 0 or now == 0:
        return Drift(0.0, 0.0, Verdict.TOO_LITTLE)
    names = sorted({*reference, *current})
    more = _HALF * len(names)
    index = 0.0
    for name in names:
        was = (reference.get(name, 0) + _HALF) / (before + more)
        new = (current.get(name, 0) + _HALF) / (now + more)
        index += (new - was) * log(new / was)
    chance = _quantile(len(names) - 1) * (1 / before + 1 / now)
    return Drift(index, chance, _verdict(index, chance))


def _verdict(index: float, chance: float) -> Verdict:
    if index <= chance or index < WATCH:
        return Verdict.STEADY
    return Verdict.MOVED if index >= MOVED else Verdict.WATCH


def _quantile(freedom: int) -> float:
    """Return the 99th percentile of chi-square with `freedom` degrees of freedom."""
    if freedom < 1:
        return 0.0
    spread = 2 / (9 * freedom)
    return float(freedom * (1 - spread + _RARE * sqrt(spread)) ** 3)
