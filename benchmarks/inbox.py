"""Pages of cases and contacts at few and at many rows, for everybody who has an inbox.

`python -m benchmarks.inbox [--few N] [--many N]`. What /inbox and /desk read, through
`store.lists` and `store.contact_lists`, with the totals of every tab and without the
rendering, which would hide how reading grows.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import asyncpg

from benchmarks.latency import percentile
from benchmarks.loading import grow_cases
from benchmarks.service import Service, fill_directory
from hotline.cases.terms import BodyId, PersonId, Role
from hotline.embedded import Engines
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime, open_runtime
from hotline.store import contact_lists, lists
from hotline.store.engine import asyncpg_options
from hotline.store.list_parts import CaseFilter, ContactFilter
from hotline.store.migrate import upgrade

FEW, MANY, TIMES, WARM_UP = 1_000, 1_000_000, 100, 5
LIMIT = 1.3
PAGE = 40
_TABS = ("new", "work", "waiting", "closed")
_GUARDIAN = Viewer(
    PersonId(1),
    "guardian-71",
    "Measured",
    Role.GUARDIAN,
    "71",
    frozenset([BodyId("guardian-71")]),
)
VIEWERS = {
    "guardian": (_GUARDIAN, _TABS),
    "commissioner": (
        replace(
            _GUARDIAN, role=Role.COMMISSIONER, bodies=frozenset([BodyId("commissioner-71")])
        ),
        (*_TABS, "oversight"),
    ),
    "operator": (
        replace(_GUARDIAN, role=Role.OPERATOR, region=None, bodies=frozenset()),
        _TABS,
    ),
}
Costs = dict[str, list[float]]  # milliseconds of each reading, by what was read


async def _inbox(rt: Runtime, viewer: Viewer, tabs: tuple[str, ...], shown: str) -> None:
    async with rt.transaction(viewer) as tx:
        key = rt.number_key
        page = await lists.cases(
            tx, viewer, CaseFilter(tab=shown), number_key=key, limit=PAGE
        )
        if len(page.items) < PAGE:
            raise RuntimeError(f"a page of {len(page.items)} is no measure: {shown}")
        for tab in tabs:
            await lists.cases(tx, viewer, CaseFilter(tab=tab), number_key=key, limit=1)


async def _queue(rt: Runtime) -> None:
    viewer = VIEWERS["operator"][0]
    async with rt.transaction(viewer) as tx:
        await contact_lists.contacts_page(
            tx, viewer, ContactFilter(state="waiting"), limit=PAGE
        )


async def read(few: Runtime, many: Runtime, times: int) -> tuple[Costs, Costs]:
    """Return what each page took, `times` over, in turns."""
    pages: dict[str, Callable[[Runtime], Awaitable[None]]] = {
        f"{name}: {shown}": partial(_inbox, viewer=viewer, tabs=tabs, shown=shown)
        for name, (viewer, tabs) in VIEWERS.items()
        for shown in (tabs[0], tabs[-1])
    }
    pages["queue of contacts"] = _queue
    costs: tuple[Costs, Costs] = ({}, {})
    for turn in range(times + WARM_UP):
        for name, page in pages.items():
            for rt, kept in zip((few, many), costs, strict=True):
                began = time.perf_counter()
                await page(rt)
                if turn >= WARM_UP:
                    took = (time.perf_counter() - began) * 1000
                    kept.setdefault(name, []).append(took)
    return costs


async def run(
    *, few: int = FEW, many: int = MANY, times: int = TIMES
) -> tuple[Costs, Costs]:
    """Measure on engines of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Engines(folder / "data", durable=False, with_redis=False) as engines:
            await upgrade(engines.database_url)
            service = Service(engines.database_url, "redis://unused", folder)
            await fill_directory(service.settings)
            regions = ["71", "75", "79"]  # few, so that even 1,000 cases fill a page
            line = await service.connect()
            await grow_cases(line, 1, few, regions)
            await line.close()
            large = await _copy(engines.database_url)
            line = await asyncpg.connect(**asyncpg_options(large))
            await grow_cases(line, few + 1, many, regions)
            await line.close()
            small = open_runtime(service.settings)
            big = open_runtime(replace(service.settings, database_url=large))
            try:
                return await read(small, big, times)
            finally:
                await small.stop()
                await big.stop()


async def _copy(url: str) -> str:
    """Return the address of a second database that holds the same."""
    options = asyncpg_options(url) | {"database": "postgres"}
    line = await asyncpg.connect(**options)
    await line.execute("CREATE DATABASE many TEMPLATE hotline")
    await line.close()
    return url.replace("/hotline?", "/many?")


def worst(at_few: Costs, at_many: Costs) -> float:
    """Return the largest ratio of 95th percentiles."""
    return max(percentile(at_many[k], 0.95) / percentile(at_few[k], 0.95) for k in at_few)


def report(at_few: Costs, at_many: Costs) -> None:
    """Print each page's percentiles and ratio."""
    for name in at_few:
        few, many = percentile(at_few[name], 0.95), percentile(at_many[name], 0.95)
        print(f"{name:26} p95 {few:7.2f} -> {many:7.2f} ms, x{many / few:.2f}")
    print(f"worst x{worst(at_few, at_many):.2f} (at most {LIMIT})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--times", type=int, default=TIMES)
    asked = parser.parse_args()
    report(*asyncio.run(run(few=asked.few, many=asked.many, times=asked.times)))
