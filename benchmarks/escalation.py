"""How late a step of the ladder is told, at many open clocks.

`python -m benchmarks.escalation [--open N] [--burst N]`. The supervisor's own sweep over
engines of its own: clocks fall due one after the other and, once, many in the same moment.
Lateness is from the due moment of a step to the commit that told it.
"""

import argparse
import asyncio
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg

from benchmarks.loading import grow_clocks
from hotline.actions.judge_clocks import judge_clocks
from hotline.actions.sync_bodies import sync_bodies
from hotline.actions.wake_duty import wake_duty
from hotline.embedded import Engines
from hotline.runtime import Runtime, open_runtime
from hotline.settings import Settings
from hotline.store.engine import asyncpg_options
from hotline.store.migrate import upgrade

OPEN, BURST, STEADY_A_SECOND, SECONDS = 100_000, 1_000, 20, 10
LIMIT_S = 2.0
_FALL_DUE = """
INSERT INTO clocks (name, basis, law, calendar, allowed, urgency, started_at, due_at, state,
                    next_look_at, policy_version, calendar_version)
SELECT 'human_eyes', 'measured', false, 'clock', 'PT1H', 4, $1::timestamptz - interval '1 hour',
       $1::timestamptz + n * $2::interval, 'running', $1::timestamptz + n * $2::interval, 'm', 'm'
FROM generate_series(1, $3::int) AS n
"""


@dataclass(frozen=True, slots=True)
class Lateness:
    """Seconds from due to told; the worst of each kind."""

    steady_s: float
    burst_s: float
    told: int


async def measure(rt: Runtime, line: asyncpg.Connection, *, burst: int) -> Lateness:
    """Let clocks fall due under a sweep once a second; return how late they were told."""
    begin = rt.clock.now() + timedelta(seconds=1)
    steady = STEADY_A_SECOND * SECONDS
    await line.execute(_FALL_DUE, begin, timedelta(seconds=1 / STEADY_A_SECOND), steady)
    together = begin + timedelta(seconds=SECONDS / 2)
    await line.execute(_FALL_DUE, together, timedelta(0), burst)
    late: list[tuple[float, bool]] = []
    seen = 0
    while len(late) < steady + burst:
        began = time.monotonic()
        while await judge_clocks(rt) >= rt.config.service.work.sweep_batch:
            pass
        await wake_duty(rt)
        now = rt.clock.now()
        told = await line.fetch(
            "SELECT id, fell_due_at FROM escalations WHERE id > $1 ORDER BY id", seen
        )
        for row in told:
            due = row["fell_due_at"]
            late.append(((now - due).total_seconds(), due == together))
        seen = told[-1]["id"] if told else seen
        await asyncio.sleep(
            max(0.0, rt.config.service.work.sweep_s - (time.monotonic() - began))
        )
    return Lateness(
        steady_s=max(seconds for seconds, many in late if not many),
        burst_s=max(seconds for seconds, many in late if many),
        told=len(late),
    )


async def run(*, clocks: int = OPEN, burst: int = BURST) -> Lateness:
    """Measure on engines of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Engines(folder / "data", durable=True, with_redis=False) as engines:
            await upgrade(engines.database_url)
            rt = open_runtime(
                Settings(engines.database_url, "redis://unused", "m" * 32, data_dir=folder)
            )
            line = await asyncpg.connect(**asyncpg_options(engines.database_url))
            try:
                await sync_bodies(rt)
                await grow_clocks(line, 1, clocks)
                return await measure(rt, line, burst=burst)
            finally:
                await line.close()
                await rt.stop()


def report(found: Lateness) -> None:
    """Print the worst of each."""
    print(
        f"{found.told} steps told; worst {found.steady_s:.2f} s one by one, "
        f"{found.burst_s:.2f} s in a burst (at most {LIMIT_S})"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--open", type=int, default=OPEN)
    parser.add_argument("--burst", type=int, default=BURST)
    asked = parser.parse_args()
    report(asyncio.run(run(clocks=asked.open, burst=asked.burst)))
