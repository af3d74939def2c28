"""How right the forecast would have been: learned on the earlier past, asked of the later.

Beside it stands the plain rule "due soon": the less time is left, the likelier; and, where a
probability is wanted, the share of clocks that were late before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from hotline.quality.calibration import Bin, Rightness, reliability, rightness
from hotline.quality.forecast import (
    Forecast,
    Loads,
    OpenClock,
    PastClock,
    learn,
    loads_of,
    looks_at,
    probability,
    some,
)

TESTED = 0.2  # the last part of the past


@dataclass(frozen=True, slots=True)
class Backtest:
    """The forecast and the plain rule over the same looks at the same clocks."""

    hours: int
    learned_from: int
    forecast: Rightness
    due_soon: Rightness
    bins: tuple[Bin, ...]


def backtest(past: Sequence[PastClock], horizons: Sequence[int]) -> list[Backtest]:
    """Return how right a forecast of so many hours was on the last fifth of `past`.

    Learned once for all horizons. Errors: ValueError for an empty past.
    """
    ordered = sorted(past, key=lambda clock: clock.due_at)
    cut = round(len(ordered) * (1 - TESTED))
    early, later = ordered[:cut], some(ordered[cut:])
    learned, loads = learn(early), loads_of(ordered)
    usual = sum(clock.late for clock in early) / len(early)
    found = []
    for hours in horizons:
        said, soon, ranked = _asked(learned, later, loads, hours, usual)
        plain = rightness(soon)
        due_soon = Rightness(plain.n, plain.brier, rightness(ranked).order)
        bins = tuple(reliability(said))
        found.append(Backtest(hours, len(early), rightness(said), due_soon, bins))
    return found


_Said = list[tuple[float, bool]]


def _asked(
    learned: Forecast,
    later: Sequence[PastClock],
    loads: Loads,
    hours: int,
    usual: float,
) -> tuple[_Said, _Said, _Said]:
    said: _Said = []
    soon: _Said = []
    ranked: _Said = []
    for clock in later:
        seen = OpenClock(
            clock.name, clock.urgency, clock.body, clock.started_at, clock.due_at
        )
        for at in looks_at(clock):
            left = clock.due_at - at
            if left > timedelta(hours=hours):
                continue  # it cannot become late so soon: both rules know that
            load = loads.open_at(clock.body, at)
            said.append((probability(learned, seen, at, hours, load), clock.late))
            soon.append((usual, clock.late))
            ranked.append((-left.total_seconds(), clock.late))
    return said, soon, ranked
