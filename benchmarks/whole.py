"""`hotline up --demo` as a person starts it: memory of all its processes, warm start.

`python -m benchmarks.whole [--contacts N]`. PSS counts a shared page once, in shares; RSS
counts it in every process and is the pessimistic figure. PostgreSQL, Redis, web, workers,
supervisor and `up` itself are all in.
"""

import argparse
import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.sender import Sender
from benchmarks.service import SECRETS, free_port

CONTACTS = 2_000
LIMIT_MB, LIMIT_S = 500, 5.0
_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of one process tree, and of each process by what it is."""

    pss: float
    rss: float
    parts: dict[str, float]  # PSS


@dataclass(frozen=True, slots=True)
class Whole:
    """What a whole service takes."""

    cold_s: float
    warm_s: float
    started: Memory
    worked: Memory


def _children(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _children(int(child))
    return found


def memory(pid: int) -> Memory:
    """Return what `pid` and everything below it holds now."""
    pss = rss = 0.0
    parts: dict[str, float] = {}
    for one in _children(pid):
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            command = (
                Path(f"/proc/{one}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            )
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        own = {m[1]: int(m[2]) / 1024 for m in re.finditer(r"(\w+):\s+(\d+) kB", rollup)}
        pss += own["Pss"]
        rss += own["Rss"]
        name = _name(command)
        parts[name] = parts.get(name, 0.0) + own["Pss"]
    return Memory(pss, rss, parts)


def _name(command: str) -> str:
    if "postgres" in command.partition(" ")[0]:
        return "postgres"
    if "redis" in command:
        return "redis"
    return command.partition("-m hotline ")[2].strip().split(" --host")[0] or command[:40]


class _Up:
    """One run of `hotline up --demo --empty`."""

    def __init__(self, data_dir: Path) -> None:
        self.port = free_port()
        self.began = time.monotonic()
        self.log = (data_dir.parent / "up.log").open("ab")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "hotline", "up", "--demo", "--empty"),
                *("--port", str(self.port), "--data-dir", str(data_dir)),
            ],
            env=os.environ
            | {"HOTLINE_PARTNER_SECRETS": ",".join(f"{n}:{s}" for n, s in SECRETS.items())}
            | {"HOTLINE_DEMO_PASSWORD": "measured-only-1"},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )

    async def answers(self, http: aiohttp.ClientSession) -> float:
        """Return the seconds from the start to the first 2xx."""
        while time.monotonic() - self.began < _PATIENCE_S:
            try:
                async with http.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                    if answer.ok:
                        return time.monotonic() - self.began
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.02)
        raise TimeoutError("the service did not become ready")

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()


async def run(*, contacts: int = CONTACTS, warm_starts: int = 3) -> Whole:
    """Start, measure, send, measure, stop; then start again on the same data."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with aiohttp.ClientSession() as http:
            first = _Up(folder / "data")
            try:
                cold = await first.answers(http)
                await asyncio.sleep(8)  # until workers and supervisor have started too
                started = memory(first.process.pid)
                await _send(first.port, contacts, http)
                await asyncio.sleep(10)
                worked = memory(first.process.pid)
            finally:
                first.stop()
            warm = []
            for _ in range(warm_starts):
                again = _Up(folder / "data")
                try:
                    warm.append(await again.answers(http))
                finally:
                    again.stop()
    return Whole(cold, sorted(warm)[len(warm) // 2], started, worked)


async def _send(port: int, contacts: int, http: aiohttp.ClientSession) -> None:
    sender = Sender(f"http://127.0.0.1:{port}", http)
    for first in range(0, contacts, 20):
        await asyncio.gather(*(sender.send(n) for n in range(first, first + 20)))


def report(whole: Whole) -> None:
    """Print memory by process and both starts."""
    for when, held in (("after start", whole.started), ("after contacts", whole.worked)):
        print(f"{when}: PSS {held.pss:.0f} MB, RSS {held.rss:.0f} MB (at most {LIMIT_MB})")
        for name, part in sorted(held.parts.items(), key=lambda pair: -pair[1]):
            print(f"  {part:6.1f}  {name}")
    print(
        f"first 2xx: cold {whole.cold_s:.1f} s, warm {whole.warm_s:.1f} s (at most {LIMIT_S})"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--contacts", type=int, default=CONTACTS)
    report(asyncio.run(run(contacts=parser.parse_args().contacts)))
