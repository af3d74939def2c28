"""Said against happened: a curve that corrects probabilities, and how right they were.

The curve is isotonic: bins of equal size, each with Laplace's correction, pooled until they
never fall. Source: M. Ayer and others, "An empirical distribution function for sampling with
incomplete information", Annals of Mathematical Statistics 26, 1955.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hotline.quality.share import Share, share_of

Said = Sequence[tuple[float, bool]]  # what was said, and whether it happened
_MOST_BINS, _FEWEST_IN_BIN = 20, 40
EDGES = (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Curve:
    """Corrected probabilities at rising points; none: what is said stays as it is."""

    points: tuple[tuple[float, float], ...]

    def at(self, said: float) -> float:
        """Return what `said` turned out to mean, between two points on a straight line."""
        if not self.points:
            return said
        index = bisect_right(self.points, (said, 2.0))
        if index == 0:
            return self.points[0][1]
        if index == len(self.points):
            return self.points[-1][1]
        (x0, y0), (x1, y1) = self.points[index - 1], self.points[index]
        return y0 + (y1 - y0) * ((said - x0) / (x1 - x0) if x1 > x0 else 0.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """What was said between two edges: on average, and how often it happened."""

    low: float
    high: float
    said: float
    happened: Share


@dataclass(frozen=True, slots=True)
class Rightness:
    """How right a forecast was. Brier: lower is better; order: 0.5 is a coin, 1 perfect."""

    n: int
    brier: float
    order: float


def fit_curve(said: Said) -> Curve:
    """Return the curve of what happened; an empty one where there is too little to fit."""
    ordered = sorted(said)
    bins = min(_MOST_BINS, len(ordered) // _FEWEST_IN_BIN)
    if bins < 2:  # noqa: PLR2004  one bin would say the same of everything
        return Curve(())
    pooled: list[list[float]] = []  # sum said, happened, n
    for index in range(bins):
        part = ordered[index * len(ordered) // bins : (index + 1) * len(ordered) // bins]
        sums = [sum(p for p, _ in part), sum(hit for _, hit in part), len(part)]
        pooled.append([float(one) for one in sums])
        while len(pooled) > 1 and _rate(pooled[-2]) >= _rate(pooled[-1]):
            last = pooled.pop()
            pooled[-1] = [a + b for a, b in zip(pooled[-1], last, strict=True)]
    return Curve(tuple((one[0] / one[2], _rate(one)) for one in pooled))


def _rate(pooled: Sequence[float]) -> float:
    return (pooled[1] + 1) / (pooled[2] + 2)


def reliability(said: Said, edges: Sequence[float] = EDGES) -> list[Bin]:
    """Return bins of what was said beside how often it happened; empty ones are left out."""
    found: list[Bin] = []
    for low, high in pairwise(edges):
        top = high >= edges[-1]
        part = [(p, hit) for p, hit in said if low <= p < high or (top and p >= high)]
        if part:
            mean = sum(p for p, _ in part) / len(part)
            happened = share_of(sum(hit for _, hit in part), len(part))
            found.append(Bin(low, high, mean, happened))
    return found


def rightness(said: Said) -> Rightness:
    """Return how right `said` was; `order` is the share of pairs in the right order."""
    n = len(said)
    brier = sum((p - hit) ** 2 for p, hit in said) / n if n else 0.0
    return Rightness(n, brier, _order(said))


def _order(said: Said) -> float:
    hits = sum(hit for _, hit in said)
    misses = len(said) - hits
    if not hits or not misses:
        return 0.5
    ordered = sorted(said, key=lambda one: one[0])
    ranks, index = 0.0, 0
    while index < len(ordered):
        end = index
        while end < len(ordered) and ordered[end][0] == ordered[index][0]:
            end += 1
        middle = (index + end + 1) / 2  # equal ones share their rank
        ranks += middle * sum(hit for _, hit in ordered[index:end])
        index = end
    return (ranks - hits * (hits + 1) / 2) / (hits * misses)
