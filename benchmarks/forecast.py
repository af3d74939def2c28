"""Breach forecast beside the plain rule "due soon", on a generated past.

`python -m benchmarks.forecast [--clocks N] [--seed S] [--demo]`; part of `make eval`. With
--demo also on the demo's month, which is too short to learn from unless it says otherwise. The
generated past is invented: bodies of different quickness, waves of work that slow them down, nights and
weekends, a change of pace in the middle. It shows that the method finds what is there, not
how right it will be with real bodies: that is what /forecast shows from the service's own
past.
"""

import argparse
import asyncio
import os
import random
import tempfile
from datetime import UTC, datetime, timedelta
from math import exp, log
from pathlib import Path

from hotline.actions.forecast_breaches import PAST
from hotline.actions.sync_bodies import DIRECTORY, sync_bodies
from hotline.demo import seed as seed_demo
from hotline.embedded import Engines
from hotline.quality.backtest import Backtest, backtest
from hotline.quality.forecast import HORIZONS, PastClock, enough
from hotline.runtime import open_runtime
from hotline.settings import Settings
from hotline.store import forecast_rows
from hotline.store.migrate import upgrade

CLOCKS, SEED = 20_000, 20261122
BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 300
BODIES = 60
KINDS = [  # name, urgency, hours allowed, median hours taken by a middling body
    ("acceptance", 2, 6, 2.5),
    ("acceptance", 3, 24, 7),
    ("first_contact", 2, 24, 9),
    ("first_contact", 3, 72, 22),
    ("on_site_check", 2, 72, 30),
    ("written_outcome", 3, 360, 190),
]


def generate(n: int = CLOCKS, seed: int = SEED) -> list[PastClock]:
    """Return an invented past of `n` clocks."""
    dice = random.Random(seed)
    pace = {f"body-{b}": exp(dice.gauss(0, 0.45)) for b in range(BODIES)}
    waves = {body: dice.sample(range(DAYS), 6) for body in pace}
    names, weights = list(pace), [dice.uniform(0.3, 2) for _ in pace]
    found = []
    for _ in range(n):
        name, urgency, allowed, middle = dice.choice(KINDS)
        body = dice.choices(names, weights)[0]
        busy = dice.random() < 0.25
        day = dice.choice(waves[body]) + dice.random() * 6 if busy else dice.random() * DAYS
        started = BEGAN + timedelta(days=day, hours=dice.random() * 24)
        due = started + timedelta(hours=allowed)
        wave = any(0 <= day - first <= 7 for first in waves[body])
        slow = pace[body] * (1.6 if wave else 1.0) * (1.35 if due.weekday() >= 5 else 1.0)
        slow *= 1.15 if day > DAYS / 2 else 1.0  # everybody slows down a little
        took = exp(dice.gauss(log(middle * slow), 0.7))
        never = dice.random() < 0.01
        met = None if never else started + timedelta(hours=took)
        found.append(PastClock(name, urgency, body, started, due, met))
    return found


def run(clocks: int = CLOCKS, seed: int = SEED) -> list[Backtest]:
    """Return the back-test for each horizon."""
    past = generate(clocks, seed)
    return backtest(past, HORIZONS)


async def demo_past() -> list[PastClock]:
    """Return the clocks of the demo's past, seeded on engines of its own."""
    os.environ.setdefault("HOTLINE_DEMO_PASSWORD", "for-measuring-only")
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Engines(folder / "data", durable=False, with_redis=False) as engines:
            url = engines.database_url
            await upgrade(url)
            rt = open_runtime(
                Settings(url, "", "a-key-for-measuring-only-012345678", demo=True)
            )
            try:
                await sync_bodies(rt)
                await seed_demo(rt, empty=False)
                async with rt.transaction(DIRECTORY) as tx:
                    rows = await forecast_rows.past(tx, PAST)
                return [PastClock(**row._asdict()) for row in rows]
            finally:
                await rt.stop()


def report_demo(past: list[PastClock]) -> None:
    """Print what the demo's past can say, if anything."""
    late = sum(clock.late for clock in past)
    print(f"the demo's past: {len(past)} clocks, {late} of them late")
    if enough(past):
        report(backtest(past, HORIZONS))
    else:
        print("  not enough history: the forecast says so and shows what falls due soon")


def report(found: list[Backtest]) -> None:
    """Print both rules, and said beside happened."""
    for one in found:
        print(
            f"within {one.hours} h: {one.forecast.n} looks, learned from {one.learned_from}"
        )
        for name, right in (("forecast", one.forecast), ("due soon", one.due_soon)):
            print(f"  {name:9} Brier {right.brier:.4f}  order {right.order:.3f}")
        for b in one.bins:
            part = b.happened
            print(
                f"  said {b.said:.3f}  happened {part.share:.3f}"
                f" ({part.low:.3f} to {part.high:.3f}, n = {part.n})"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--clocks", type=int, default=CLOCKS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--demo", action="store_true", help="also on the demo's past")
    asked = parser.parse_args()
    report(run(asked.clocks, asked.seed))
    if asked.demo:
        report_demo(asyncio.run(demo_past()))
