"""Use case: people at 111 ask which open clocks will be late, and what would prevent it.

Learned from the service's own past, anew every EVERY in the process that is asked; with too
little past it says so, and what falls due soon stands in for it. Writes nothing.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotline.errors import NotFound
from hotline.identity.viewer import Machine, Viewer
from hotline.quality.backtest import Backtest, backtest
from hotline.quality.forecast import (
    HORIZONS,
    Forecast,
    OpenClock,
    PastClock,
    enough,
    learn,
    probability,
)
from hotline.quality.prevention import prevention
from hotline.runtime import Runtime
from hotline.store import forecast_rows
from hotline.store.forecast_view import BinLine, BodyAhead, CaseAhead, ForecastView, Rule

FORECAST = Machine("forecast")
EVERY = timedelta(minutes=10)
PAST = timedelta(days=180)
SHOWN = 200  # cases in the answer, the likeliest first


@dataclass(frozen=True, slots=True)
class Learned:
    """What a process learned, and when. `forecast` None: too little past."""

    at: datetime
    clocks: int
    late: int
    forecast: Forecast | None
    tests: tuple[Backtest, ...]
    loads: Mapping[str, int]  # open clocks by body, as they were then


async def forecast_breaches(rt: Runtime, viewer: Viewer) -> ForecastView:
    """Return the forecast for what the viewer may know of. Errors: NotFound outside 111."""
    if not viewer.at_111:
        raise NotFound("no such page")
    learned = await learned_now(rt)
    async with rt.transaction(viewer) as tx:
        until = tx.now + timedelta(hours=HORIZONS[-1])
        rows = await forecast_rows.open_now(tx, viewer, until)
        return _view(learned, rows, tx.now)


async def learned_now(rt: Runtime) -> Learned:
    """Return what was learned, at most EVERY old.

    Learning is done in a thread, while no transaction is open, and once for all who wait.
    """
    async with rt.learning:
        kept = rt.learned
        if isinstance(kept, Learned) and timedelta(0) <= rt.clock.now() - kept.at < EVERY:
            return kept
        async with rt.transaction(FORECAST) as tx:
            past = [
                PastClock(**row._asdict()) for row in await forecast_rows.past(tx, PAST)
            ]
            loads = await forecast_rows.load_now(tx)
        fresh = await asyncio.to_thread(_learn, past, loads, tx.now)
        rt.learned = fresh
        return fresh


def _learn(past: Sequence[PastClock], loads: Mapping[str, int], now: datetime) -> Learned:
    late = sum(clock.late for clock in past)
    if not enough(past):
        return Learned(now, len(past), late, None, (), loads)
    tests = tuple(backtest(past, HORIZONS))
    return Learned(now, len(past), late, learn(past), tests, loads)


def _view(learned: Learned, rows: Sequence[Any], now: datetime) -> ForecastView:
    lines = [_line(learned, row, now) for row in rows]
    by_case: dict[str, CaseAhead] = {}
    for line in lines:
        other = by_case.get(line.case)
        if other is None or _likelihood(line) > _likelihood(other):
            by_case[line.case] = line  # the clock that is likeliest to be late
    ahead = sorted(by_case.values(), key=_likelihood, reverse=True)
    return ForecastView(
        at=now,
        enough=learned.forecast is not None,
        clocks=learned.clocks,
        late=learned.late,
        cases=tuple(ahead[:SHOWN]),
        more=max(0, len(ahead) - SHOWN),
        bodies=tuple(_bodies(lines)),
        rules=tuple(_rule(test) for test in learned.tests),
    )


def _likelihood(line: CaseAhead) -> tuple[float, float, float]:
    return line.p24 or 0.0, line.p72 or 0.0, -line.due_at.timestamp()


def _line(learned: Learned, row: Any, now: datetime) -> CaseAhead:
    clock = OpenClock(row.name, row.urgency, row.body, row.started_at, row.due_at)
    load, forecast = learned.loads.get(row.body, 0), learned.forecast
    band = forecast.loads.band_of(row.body, load) if forecast else "usual"
    p24, p72 = (
        round(probability(forecast, clock, now, hours, load), 3) if forecast else None
        for hours in HORIZONS
    )
    return CaseAhead(
        case=row.number,
        urgency=row.urgency,
        region=row.region,
        subcategory=row.subcategory,
        body=row.body,
        clock=row.name,
        due_at=row.due_at,
        p24=p24,
        p72=p72,
        due_soon=row.due_at <= now + timedelta(hours=HORIZONS[0]),
        prevent=prevention(row.name, row.urgency, band),
    )


def _bodies(lines: Iterable[CaseAhead]) -> list[BodyAhead]:
    """Return how many breaches are to be expected of each body, the most first."""
    by_body: dict[str, list[CaseAhead]] = {}
    for line in lines:
        by_body.setdefault(line.body, []).append(line)
    found = [
        BodyAhead(
            body=body,
            ahead=len(its),
            due_soon=sum(line.due_soon for line in its),
            expected24=_sum(line.p24 for line in its),
            expected72=_sum(line.p72 for line in its),
        )
        for body, its in by_body.items()
    ]
    return sorted(found, key=lambda one: (-(one.expected72 or 0), -one.due_soon, one.body))


def _sum(parts: Iterable[float | None]) -> float | None:
    known = list(parts)
    return None if None in known else round(sum(one or 0.0 for one in known), 2)


def _rule(test: Backtest) -> Rule:
    return Rule(
        hours=test.hours,
        looks=test.forecast.n,
        brier=round(test.forecast.brier, 4),
        order=round(test.forecast.order, 3),
        due_soon_brier=round(test.due_soon.brier, 4),
        due_soon_order=round(test.due_soon.order, 3),
        bins=tuple(
            BinLine(
                said=round(one.said, 3),
                happened=round(one.happened.share or 0.0, 3),
                low=round(one.happened.low, 3),
                high=round(one.happened.high, 3),
                n=one.happened.n,
            )
            for one in test.bins
        ),
    )
