"""POST to triaged, and to offered for a screened source, at a steady 20 a second.

`python -m benchmarks.latency [RATE]`. Times end when another connection can see the rows.
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.sender import Sender
from benchmarks.service import Service, fill_directory
from hotline.embedded import Engines
from hotline.store.migrate import upgrade
from hotline.store.transaction import LIVE

RATE, REPORTS, WARM_UP = 20, 300, 40
_SEEN = """
SELECT c.external_id, bool_or(r.offered_at IS NOT NULL) AS offered
FROM contacts c LEFT JOIN referrals r ON r.case_id = c.case_id
WHERE c.triaged_at IS NOT NULL AND NOT c.external_id = ANY($1) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from sending the POST."""

    answered: list[float]
    triaged: list[float]
    offered: list[float]


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of `values` lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def measure(service: Service, *, rate: int = RATE, reports: int = REPORTS) -> Latency:
    """Send `reports` and return how long each took; the first WARM_UP do not count."""
    sent: dict[str, float] = {}
    answered: dict[str, float] = {}
    seen: dict[str, tuple[float, bool]] = {}
    watching = asyncio.create_task(_watch(service, seen, reports + WARM_UP))
    async with aiohttp.ClientSession() as http:
        sender = Sender(service.url, http)

        async def one(number: int) -> None:
            name = f"report-{number}"
            sent[name] = time.monotonic()
            await sender.send(number)
            answered[name] = time.monotonic()

        began = time.monotonic()
        tasks = []
        for number in range(reports + WARM_UP):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            tasks.append(asyncio.create_task(one(number)))
        await asyncio.gather(*tasks)
    await asyncio.wait_for(watching, 30)
    counted = [f"report-{number}" for number in range(WARM_UP, reports + WARM_UP)]
    took = {name: (seen[name][0] - sent[name]) * 1000 for name in counted}
    return Latency(
        answered=[(answered[name] - sent[name]) * 1000 for name in counted],
        triaged=list(took.values()),
        offered=[took[name] for name in counted if seen[name][1]],
    )


async def _watch(
    service: Service, seen: dict[str, tuple[float, bool]], wanted: int
) -> None:
    """Note when rows become visible: on every nudge, and every 20 ms in any case."""
    connection = await service.connect()
    nudged = asyncio.Event()
    await connection.add_listener(LIVE, lambda *_: nudged.set())
    while len(seen) < wanted:
        nudged.clear()
        rows = await connection.fetch(_SEEN, list(seen))
        now = time.monotonic()
        seen.update({row["external_id"]: (now, row["offered"]) for row in rows})
        try:
            await asyncio.wait_for(nudged.wait(), 0.02)
        except TimeoutError:
            continue
    await connection.close()


async def run(*, rate: int = RATE, reports: int = REPORTS) -> Latency:
    """Measure on engines and processes of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Engines(folder / "data") as engines:
            await upgrade(engines.database_url)
            service = Service(engines.database_url, engines.redis_url, folder)
            await fill_directory(service.settings)
            service.start("web", "worker-urgent", "worker-bulk", "supervisor")
            try:
                await service.ready()
                return await measure(service, rate=rate, reports=reports)
            finally:
                service.stop()


def report(latency: Latency, rate: int = RATE) -> None:
    """Print percentiles against the limits of p50 50 ms and p99 300 ms."""
    for name in ("answered", "triaged", "offered"):
        values = getattr(latency, name)
        if values:
            p50, p99 = percentile(values, 0.5), percentile(values, 0.99)
            print(
                f"POST -> {name} at {rate}/s: n={len(values)} p50={p50:.0f} ms p99={p99:.0f} ms"
            )


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else RATE
    report(asyncio.run(run(rate=asked)), asked)
