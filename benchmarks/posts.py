"""Accepted partner POSTs a second, as a share of bare single-CTE inserts a second.

`python -m benchmarks.posts [--posts N] [--rounds N]`. Both against the same durable
PostgreSQL (fsync on), in turns A B A B, each by a client process of its own over 32
connections. A POST counts when it was answered with 202, which is after its commit.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.service import Service, fill_directory
from hotline.embedded import Engines
from hotline.store.migrate import upgrade

POSTS, ROUNDS, WARM_UP = 6_000, 5, 1_000
LIMIT = 0.7
_COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"


@dataclass(slots=True)
class Rates:
    """Per second, a value a round."""

    posts: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    web_cpu: list[float] = field(default_factory=list)  # microseconds of one core a POST
    store_cpu: list[float] = field(default_factory=list)  # the same for PostgreSQL
    bare_cpu: list[float] = field(default_factory=list)  # the same for one bare insert
    client_cpu: list[float] = field(default_factory=list)
    bare_client_cpu: list[float] = field(default_factory=list)
    commits: list[float] = field(default_factory=list)  # of the database, a POST

    @property
    def ratio(self) -> float:
        """Return the median of the rounds' own ratios."""
        return statistics.median(a / b for a, b in zip(self.posts, self.bare, strict=True))


def run_client(module: str, *argv: str | int) -> dict[str, float]:
    """Start `python -m module`, let it prepare, then let it go; return what it saw."""
    client = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, argv)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert client.stdout
    client.stdout.readline()
    answer, _ = client.communicate(b"go\n", timeout=180)
    return json.loads(answer)


def cpu_seconds(pid: int, *, with_children: bool = False) -> float:
    """Return the processor time that `pid` has used, and its children, dead or alive."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    if not with_children:
        return (int(fields[11]) + int(fields[12])) / 100
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(map(int, fields[11:15])) / 100 + sum(cpu_seconds(int(c)) for c in children)


async def measure(service: Service, store: int, *, posts: int, rounds: int) -> Rates:
    """Measure in turns against a running web process."""
    rates = Rates()
    line = await service.connect()
    first = WARM_UP
    run_client("benchmarks.open_loop", service.port, WARM_UP)
    run_client("benchmarks.bare_inserts", service.database_url, WARM_UP)
    pid = service.processes["web"].pid

    def used() -> float:
        return cpu_seconds(store, with_children=True)

    for _ in range(rounds):
        commits = await _commits(line)
        cpu, before = cpu_seconds(pid), used()
        seen = run_client("benchmarks.open_loop", service.port, posts, "--first", first)
        first += posts
        if seen["accepted"] != posts:
            raise RuntimeError(f"not every report was accepted: {seen}")
        rates.posts.append(posts / seen["seconds"])
        rates.web_cpu.append((cpu_seconds(pid) - cpu) / posts * 1e6)
        rates.store_cpu.append((used() - before) / posts * 1e6)
        rates.client_cpu.append(seen["client_cpu"] / posts * 1e6)
        rates.commits.append((await _commits(line) - commits) / posts)
        before = used()
        seen = run_client("benchmarks.bare_inserts", service.database_url, posts)
        rates.bare.append(posts / seen["seconds"])
        rates.bare_cpu.append((used() - before) / posts * 1e6)
        rates.bare_client_cpu.append(seen["client_cpu"] / posts * 1e6)
    await line.close()
    return rates


async def _commits(line) -> int:
    await asyncio.sleep(1.1)  # PostgreSQL's own statistics are a second late
    return await line.fetchval(_COMMITS)


async def run(*, posts: int = POSTS, rounds: int = ROUNDS) -> Rates:
    """Measure on engines of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Engines(folder / "data") as engines:
            await upgrade(engines.database_url)
            service = Service(engines.database_url, engines.redis_url, folder)
            await fill_directory(service.settings)
            service.start("web")
            try:
                await service.ready()
                return await measure(
                    service, engines.postgres.pid, posts=posts, rounds=rounds
                )
            finally:
                service.stop()


def report(rates: Rates) -> None:
    """Print every round and the ratio."""
    for name in Rates.__slots__:
        values = getattr(rates, name)
        print(f"{name:16}", " ".join(f"{value:9.3f}" for value in values))
    print(f"accepted POSTs / bare inserts: {rates.ratio:.2f} (at least {LIMIT})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    report(asyncio.run(run(posts=asked.posts, rounds=asked.rounds)))
