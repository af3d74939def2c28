"""Erlang C: how many operators answer so many calls so fast. Pure.

Source: A. K. Erlang's formula for a queue with waiting room, by the recursion of Erlang B,
which neither overflows nor needs factorials.
"""

import math
from dataclasses import dataclass

MOST = 2000  # operators; a country has fewer


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked. Units: calls in `interval_s`, seconds, shares of 1."""

    calls: float
    handle_s: float
    within_s: float = 20.0
    share: float = 0.8
    shrinkage: float = 0.3
    interval_s: float = 1800.0

    @property
    def load(self) -> float:
        """Return the offered load. Units: Erlang, operators busy at once on the average."""
        return self.calls * self.handle_s / self.interval_s


@dataclass(frozen=True, slots=True)
class Step:
    """One number of operators at the telephone, and what it would give. Shares of 1."""

    operators: int
    must_wait: float
    answered_within: float
    occupancy: float
    mean_wait_s: float


@dataclass(frozen=True, slots=True)
class Staffing:
    """The answer: how many at the telephone, how many on the rota, and how it was found."""

    demand: Demand
    at_telephone: int
    on_rota: int
    steps: tuple[Step, ...]  # the last is the answer


def blocked(operators: int, load: float) -> float:
    """Return Erlang B: the share that would find nobody free, were there no waiting."""
    found = 1.0
    for n in range(1, operators + 1):
        found = load * found / (n + load * found)
    return found


def must_wait(operators: int, load: float) -> float:
    """Return Erlang C: the share of calls that wait; 1 where the load is too much."""
    if load <= 0:
        return 0.0
    if operators <= load:
        return 1.0
    lost = blocked(operators, load)
    return operators * lost / (operators - load * (1 - lost))


def step(operators: int, demand: Demand) -> Step:
    """Return what `operators` at the telephone would give."""
    load = demand.load
    if load <= 0:
        return Step(operators, 0.0, 1.0, 0.0, 0.0)
    waits = must_wait(operators, load)
    spare = operators - load
    if spare <= 0:
        return Step(operators, 1.0, 0.0, 1.0, math.inf)
    late = waits * math.exp(-spare * demand.within_s / demand.handle_s)
    mean = waits * demand.handle_s / spare
    return Step(operators, waits, 1 - late, load / operators, mean)


def staffing(demand: Demand) -> Staffing:
    """Return the fewest operators who reach the target, and the numbers just before them.

    Errors: ValueError for a demand that is no demand: negative or no numbers, a share of 1
    or more, or more than MOST operators.
    """
    _check(demand)
    first = max(1, math.floor(demand.load)) if demand.load else 0
    steps = [step(first, demand)]
    while steps[-1].answered_within < demand.share:
        steps.append(step(steps[-1].operators + 1, demand))
    needed = steps[-1].operators
    # A sum such as 0.7 is a little off in binary: 21 / 0.7 is 30, and not 31.
    rota = math.ceil(round(needed / (1 - demand.shrinkage), 9))
    return Staffing(demand, needed, rota, tuple(steps[-6:]))


def _check(demand: Demand) -> None:
    numbers = (demand.calls, demand.handle_s, demand.within_s)
    if not all(math.isfinite(number) and number >= 0 for number in numbers):
        raise ValueError("calls and seconds are 0 or more")
    if demand.handle_s == 0 or demand.interval_s <= 0:
        raise ValueError("a call takes some time")
    if not (0 <= demand.share < 1 and 0 <= demand.shrinkage < 1):
        raise ValueError("shares are from 0 to under 1")
    if demand.load > MOST / 2:
        raise ValueError("too many calls")
