"""What pages weigh, and how soon they show something, in a real Chromium on a slow line.

`python -m benchmarks.pages [--tries N]`: 400 kbit/s and 400 ms. The milliseconds are those of
the quickest visit, for a busy machine only adds to them; beside them stands a bare page (one
sentence, no style) of the same run, so that the figure can be compared between machines.
"""

import argparse
import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.sender import Sender
from benchmarks.service import Service, fill_directory
from hotline.actions.record_call import LoggedCall, record_call
from hotline.embedded import Engines
from hotline.identity.viewer import TRIAGE
from hotline.runtime import Runtime, open_runtime
from hotline.store import people
from hotline.store.migrate import upgrade

TRIES, WAITING = 5, 30
LIMIT_MS, COLD_BYTES, WARM_BYTES = 1700, 130_000, 10_000
BARE = "/healthz"
WHO = {  # page: role, region, bodies
    "/desk": ("operator", None, []),
    "/inbox": ("guardian", "71", ["guard-71", "uzpd-71"]),
    "/board": ("supervisor", None, []),
    "/cases/{number}": ("guardian", "71", ["guard-71", "uzpd-71"]),
}
SLOW = {  # 400 kbit/s, 400 ms
    "offline": False, "latency": 400, "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}  # fmt: skip
_PAINTED = """() => new Promise(resolve => {
  const seen = performance.getEntriesByName('first-contentful-paint')[0];
  if (seen) return resolve(seen.startTime);
  new PerformanceObserver(list => resolve(list.getEntries()[0].startTime)).observe({type: 'paint', buffered: true});
})"""
_QUIET_MS = 1200
_ARGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@dataclass  # with no slots: playwright hangs marks of its own on who listens
class Wire:
    """Counts what comes over the wire, as the browser's own network layer tells it."""

    of: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    counts: bool = True

    def listen(self, line: Any) -> None:
        """Count what a page's line tells from now on."""
        line.on("Network.responseReceived", self._begun)
        line.on("Network.loadingFinished", self._finished)

    def _begun(self, told: Mapping[str, Any]) -> None:
        address = told["response"]["url"]
        if address.startswith("http"):  # not what a style sheet draws itself
            self.names[told["requestId"]] = address.rpartition("/")[2].partition("?")[0]

    def _finished(self, told: Mapping[str, Any]) -> None:
        name = self.names.get(told["requestId"])
        if name is not None and self.counts:
            self.of[name] = self.of.get(name, 0) + told["encodedDataLength"]

    @property
    def bytes(self) -> int:
        """Return all of it, heads too."""
        return sum(self.of.values())


async def visit(page: Any, line: Any, address: str) -> tuple[Wire, float]:
    """Open a page; return what came, until nothing more did, and the first words' time."""
    wire = Wire()
    wire.listen(line)
    answer = await page.goto(address, timeout=30_000)
    if answer.status != 200:
        raise RuntimeError(f"{address} answered {answer.status}")
    painted = float(await page.evaluate(_PAINTED))
    before = -1
    while before != wire.bytes:  # what is fetched last, too, is of the page
        before = wire.bytes
        await page.wait_for_timeout(_QUIET_MS)
    wire.counts = False
    return wire, painted


async def slow_page(browser: Any, base: str, cookies: Mapping[str, str]) -> tuple[Any, Any]:
    """Return a page of a browser that knows nothing yet, and its line, made slow."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    given = [{"name": name, "value": it, "url": base} for name, it in cookies.items()]
    await context.add_cookies(given)
    page = await context.new_page()
    line = await context.new_cdp_session(page)
    await line.send("Network.enable")
    await line.send("Network.emulateNetworkConditions", SLOW)
    return page, line


@dataclass(frozen=True, slots=True)
class Found:
    """One page: milliseconds to the first words of each cold visit, bytes cold and warm."""

    path: str
    milliseconds: list[float]
    cold: int
    warm: int


async def _session(rt: Runtime, path: str) -> tuple[str, int]:
    """Return a token of somebody who may open `path`, and who they are."""
    role, region, bodies = WHO[path]
    name = f"pages-{secrets.token_hex(4)}"
    async with rt.transaction(TRIAGE) as tx:
        row = {"username": name, "display_name": "Measured", "role": role}
        row |= {"region": region, "password_hash": "-", "locale": "ru"}
        person = await people.add(tx, row, list(bodies))
        token, end = secrets.token_urlsafe(32), tx.now + timedelta(hours=8)
        hashed = rt.sealer.token_hash(token)
        await people.open_session(tx, hashed, person, "measured", end)
    return token, person


async def _a_case(rt: Runtime, operator: int) -> str:
    async with rt.transaction(TRIAGE) as tx:
        viewer = await people.viewer(tx, operator)
    if viewer is None:
        raise RuntimeError("the operator is not there")
    call = LoggedCall("Соседи бьют ребёнка, слышны крики", "VIO.PHY", 2, "71")
    return await record_call(rt, viewer, call)


async def measure(service: Service, tries: int) -> tuple[list[Found], list[float]]:
    """Open each page cold `tries` times and once warm, a bare page in turn with them."""
    from playwright.async_api import async_playwright

    chromium = os.environ.get("HOTLINE_CHROMIUM") or shutil.which("chromium")
    rt, bare, found = open_runtime(service.settings), [], []
    try:
        tokens = {path: await _session(rt, path) for path in WHO}
        number = await _a_case(rt, tokens["/desk"][1])
    finally:
        await rt.stop()
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=_ARGS)
        for path, (token, _) in tokens.items():
            cookies = {"hotline_session": token, "hotline_lang": "ru"}
            address, taken = service.url + path.format(number=number), []
            for turn in range(tries):
                page, line = await slow_page(browser, service.url, cookies)
                cold, painted = await visit(page, line, address)
                taken.append(painted)
                if turn == tries - 1:
                    warm, _ = await visit(page, line, address)
                    found.append(Found(path, taken, cold.bytes, warm.bytes))
                await page.context.close()
                page, line = await slow_page(browser, service.url, cookies)
                bare.append((await visit(page, line, service.url + BARE))[1])
                await page.context.close()
        await browser.close()
    return found, bare


async def run(*, tries: int = TRIES) -> tuple[list[Found], list[float]]:
    """Measure on engines of its own, with a queue as a busy hour leaves it."""
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
                async with aiohttp.ClientSession() as http:
                    sender = Sender(service.url, http)
                    for turn in range(WAITING):
                        await sender.send(turn)
                return await measure(service, tries)
            finally:
                service.stop()


def report(found: list[Found], bare: list[float]) -> None:
    """Print what was found."""
    for one in found:
        soon = min(one.milliseconds)
        print(
            f"{one.path}: first words {soon:.0f} ms (at most {LIMIT_MS}; a bare page"
            f" {min(bare):.0f}), cold {one.cold} bytes, warm {one.warm}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tries", type=int, default=TRIES)
    report(*asyncio.run(run(tries=parser.parse_args().tries)))
