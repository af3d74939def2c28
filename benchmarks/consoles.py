"""How soon many open consoles show a change, and what they weigh on one web process.

`python -m benchmarks.consoles [--consoles N] [--rounds N] [--alike]`. Each console is a person
of 111 of their own with a live stream, as a browser keeps one; told of a change it reads its
queue anew, with the same small wait as `live.js`. A round is one report at the partners' door;
its time ends when a console has its list. Each has a contact open, and as many as there are
contacts hold one, so that no two lists need be the same; with `--alike` nobody does.
"""

import argparse
import asyncio
import random
import secrets
import tempfile
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import psutil

from benchmarks.latency import percentile
from benchmarks.sender import Sender
from benchmarks.service import Service, fill_directory
from hotline.actions.hold_contact import take_contact
from hotline.actions.look_at import look_at
from hotline.embedded import Engines
from hotline.identity.viewer import TRIAGE
from hotline.runtime import Runtime, open_runtime
from hotline.store import people
from hotline.store.migrate import upgrade
from hotline.store.queue_lists import queue_page

CONSOLES, ROUNDS, QUEUE = 300, 6, 30
LIMIT_MS, LIMIT_MB = 500, 150
LIST = "/desk?queue=1&tab=shared&open={}"
_PART = {"HX-Request": "true", "X-Automatic": "1", "Accept-Encoding": "gzip"}
_WAIT_S = (0.02, 0.10)  # as live.js waits before it reads


@dataclass(slots=True)
class Found:
    """Milliseconds from the report to each console's list, and megabytes of the process."""

    milliseconds: list[float] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    cpu_s: float = 0.0  # of the web process, over all rounds
    alone_mb: float = 0.0
    open_mb: float = 0.0

    @property
    def more_mb(self) -> float:
        """Return what the open consoles weigh."""
        return self.open_mb - self.alone_mb


async def sessions(service: Service, wanted: int, *, alike: bool) -> list[tuple[str, str]]:
    """Make `wanted` people of 111; return their cookies and what each has open."""
    rt, cookies = open_runtime(service.settings), []
    ids = []
    try:
        async with rt.transaction(TRIAGE) as tx:
            for number in range(wanted):
                row = {"username": f"console-{number}", "display_name": "Measured"}
                row |= {"role": "operator", "region": None, "password_hash": "-"}
                person = await people.add(tx, row, [])
                token = secrets.token_urlsafe(32)
                ids.append(person)
                hashed, end = rt.sealer.token_hash(token), tx.now + timedelta(hours=8)
                await people.open_session(tx, hashed, person, "measured", end)
                cookies.append(f"hotline_session={token}; hotline_lang=ru")
        opened = [""] * wanted if alike else await _busy(rt, ids)
    finally:
        await rt.stop()
    return list(zip(cookies, opened, strict=True))


async def _busy(rt: Runtime, ids: list[int]) -> list[str]:
    """Let each person have one of the waiting contacts open, and one in hand while any is."""
    async with rt.transaction(TRIAGE) as tx:
        people_now = await people.viewers(tx, ids)
        first = people_now[ids[0]]
        page = await queue_page(tx, first, "shared", QUEUE, {})
    receipts = [row.contact.receipt for row in page.items]
    opened = []
    for number, person in enumerate(ids):
        receipt = receipts[number % len(receipts)]
        if number < len(receipts):
            await take_contact(rt, people_now[person], receipt)
        await look_at(rt, people_now[person], f"contact:{receipt}")
        opened.append(receipt)
    return opened


class Console:
    """One open desk."""

    def __init__(
        self, http: aiohttp.ClientSession, url: str, who: tuple[str, str], found: Found
    ) -> None:
        self.http, self.url, self.cookie, self.found = http, url, who[0], found
        self.list = LIST.format(who[1])
        self.open, self.began, self.seen = asyncio.Event(), 0.0, asyncio.Event()
        self.mark = ""

    async def listen(self) -> None:
        """Hear the stream; read the queue at every word of a contact."""
        headers = {"Cookie": self.cookie}
        async with self.http.get(f"{self.url}/live", headers=headers) as stream:
            self.open.set()
            async for line in stream.content:
                if line == b"event: contact\n" and not self.seen.is_set():
                    await asyncio.sleep(random.uniform(*_WAIT_S))
                    await self.read()

    async def read(self) -> None:
        """Read the list, and note when it was there."""
        headers = {**_PART, "Cookie": self.cookie, "If-None-Match": self.mark}
        async with self.http.get(f"{self.url}{self.list}", headers=headers) as answer:
            body = await answer.read()
            assert answer.status in (200, 304), answer.status
            self.mark = answer.headers.get("ETag", "")
        if self.began and not self.seen.is_set():
            self.found.milliseconds.append((time.monotonic() - self.began) * 1000)
            self.found.bytes.append(len(body))
            self.seen.set()


async def measure(service: Service, consoles: int, rounds: int, *, alike: bool) -> Found:
    """Open every console, then let reports come in."""
    found = Found()
    web = psutil.Process(service.processes["web"].pid)
    line = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None)
    # A list is measured as it goes over the line: unpacking it is no work of the service.
    async with aiohttp.ClientSession(
        connector=line, timeout=timeout, auto_decompress=False
    ) as http:
        sender = Sender(service.url, http)
        for number in range(QUEUE):
            await sender.send(number)
        people_now = await sessions(service, consoles, alike=alike)
        first = Console(http, service.url, people_now[0], found)
        await first.read()  # what the first page compiles is no console's weight
        found.alone_mb = web.memory_full_info().uss / 1e6
        open_now = [Console(http, service.url, one, found) for one in people_now]
        streams = [asyncio.create_task(one.listen()) for one in open_now]
        await asyncio.gather(*(one.open.wait() for one in open_now))
        for turn in range(rounds + 1):
            before = _cpu(web)
            began = time.monotonic()
            for one in open_now:
                one.seen.clear()
                one.began = began if turn else 0.0  # the first turn warms up
                if not turn:
                    one.seen.set()
            await sender.send(QUEUE + turn)
            if turn:
                await asyncio.wait_for(
                    asyncio.gather(*(one.seen.wait() for one in open_now)), 60
                )
            await asyncio.sleep(2.0)
            found.cpu_s += _cpu(web) - before if turn else 0.0
        found.open_mb = web.memory_full_info().uss / 1e6
        for task in streams:
            task.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
    return found


def _cpu(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


async def run(
    *, consoles: int = CONSOLES, rounds: int = ROUNDS, alike: bool = False
) -> Found:
    """Measure on engines of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Engines(folder / "data", durable=False) as engines:
            await upgrade(engines.database_url)
            service = Service(engines.database_url, engines.redis_url, folder)
            await fill_directory(service.settings)
            service.start("web")
            await service.ready()
            try:
                return await measure(service, consoles, rounds, alike=alike)
            finally:
                service.stop()


def report(found: Found) -> None:
    """Print what was found."""
    late = percentile(found.milliseconds, 0.99)
    print(
        f"{len(found.milliseconds)} updates: p50 {percentile(found.milliseconds, 0.5):.0f} ms,"
        f" p99 {late:.0f} ms (at most {LIMIT_MS}), {found.more_mb:+.0f} MB more than"
        f" {found.alone_mb:.0f} (at most {LIMIT_MB}), a list {percentile(found.bytes, 0.5)} bytes,"
        f" {found.cpu_s * 1000 / len(found.milliseconds):.2f} ms of the process an update"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--consoles", type=int, default=CONSOLES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--alike", action="store_true")
    asked = parser.parse_args()
    report(
        asyncio.run(run(consoles=asked.consoles, rounds=asked.rounds, alike=asked.alike))
    )
