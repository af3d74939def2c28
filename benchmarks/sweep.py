"""A sweep that finds nothing due, at few and at many open clocks.

`python -m benchmarks.sweep [--few N] [--many N]`. The same claim as the supervisor's, timed
in turns; buffers by EXPLAIN (ANALYZE, BUFFERS) of its statement.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from benchmarks.loading import grow_clocks
from hotline.embedded import Engines
from hotline.store.clocks import DUE
from hotline.store.engine import asyncpg_options
from hotline.store.migrate import upgrade

FEW, MANY, TIMES = 10_000, 1_000_000, 400
LIMIT_TIME, LIMIT_BUFFERS = 1.5, 3


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one claim costs."""

    milliseconds: float
    buffers: int
    scans: frozenset[str]


def _nodes(plan: dict) -> list[dict]:
    return [plan, *(node for part in plan.get("Plans", []) for node in _nodes(part))]


async def look(line: asyncpg.Connection, times: int = TIMES) -> Sweep:
    """Claim what is due, which is nothing, and return what that cost."""
    claim = DUE.replace(":now", "now()").replace(":n", "500")
    found = await line.prepare(claim)
    took = []
    for _ in range(times):
        began = time.perf_counter()
        async with line.transaction():
            if await found.fetch():
                raise RuntimeError("something was due")
        took.append((time.perf_counter() - began) * 1000)
    async with line.transaction():
        told = await line.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {claim}")
    plan = json.loads(told)[0]["Plan"]
    return Sweep(
        milliseconds=statistics.median(took),
        buffers=plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
        scans=frozenset(
            node.get("Index Name") or node["Node Type"]
            for node in _nodes(plan)
            if node.get("Relation Name") == "clocks" or "Index Name" in node
        ),
    )


async def measure(url: str, *, few: int = FEW, many: int = MANY) -> tuple[Sweep, Sweep]:
    """Return a sweep's cost at `few` and at `many` clocks of the database at `url`."""
    line = await asyncpg.connect(**asyncpg_options(url))
    try:
        await grow_clocks(line, 1, few)
        await look(line)
        at_few = await look(line)
        await grow_clocks(line, few + 1, many)
        await look(line)
        return at_few, await look(line)
    finally:
        await line.close()


async def run(*, few: int = FEW, many: int = MANY) -> tuple[Sweep, Sweep]:
    """Measure on engines of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Engines(folder / "data", durable=False, with_redis=False) as engines:
            await upgrade(engines.database_url)
            return await measure(engines.database_url, few=few, many=many)


def report(at_few: Sweep, at_many: Sweep) -> None:
    """Print both and the limits."""
    for sweep in (at_few, at_many):
        print(
            f"{sweep.milliseconds:.3f} ms, {sweep.buffers} buffers, {sorted(sweep.scans)}"
        )
    ratio = at_many.milliseconds / at_few.milliseconds
    more = at_many.buffers - at_few.buffers
    print(f"time x{ratio:.2f} (at most {LIMIT_TIME}), buffers +{more} (+{LIMIT_BUFFERS})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=MANY)
    asked = parser.parse_args()
    report(*asyncio.run(run(few=asked.few, many=asked.many)))
