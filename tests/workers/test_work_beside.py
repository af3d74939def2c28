"""Long work in real processes: it runs beside triage, and whatever dies leaves nothing stuck."""

import os
import signal
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from benchmarks.service import until
from hotline.actions.start_work import start_work, take_result
from hotline.actions.works.export_report import asked_of
from hotline.cases.terms import Role
from hotline.cases.works import WorkKind
from hotline.quality.reports import About, Period, ReportAsk
from hotline.runtime import open_runtime
from tests import builders
from tests.conftest import START
from tests.workers.test_worker_process import all_done, rows, service

__all__ = ["rows", "service"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(150)]
DAY = START.date()


@pytest.fixture
async def asked(service):
    """Return a function that asks for a report as a file, with who asks and a runtime."""
    rt = open_runtime(service.settings)
    somebody = await builders.a_person(rt, Role.SUPERVISOR)
    ask = ReportAsk(About.AGEING, Period(DAY.replace(day=1), DAY))

    async def one():
        kind = WorkKind.EXPORT_REPORT
        return await start_work(rt, somebody.viewer, kind, asked_of(ask, "csv"))

    one.rt, one.viewer = rt, somebody.viewer
    yield one
    await rt.stop()


def workers(service):
    """Return the processes that do long work for the bulk worker."""
    parent = service.processes["worker-bulk"].pid
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            mine = int(stat.read_text().rpartition(")")[2].split()[1]) == parent
            said = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if mine and b"hotline.work_process" in said:
            found.append(int(stat.parent.name))
    return found


@asynccontextmanager
async def in_the_midst(service, rows):
    """Long work begins in the block and cannot end before it does."""
    holder = await service.connect()
    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE cases IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await holder.close()


async def running(service, rows):
    async def one():
        state = await rows.fetchval("SELECT state FROM works ORDER BY id DESC LIMIT 1")
        return state == "running" and len(workers(service)) == 1

    await until(one)
    return workers(service)[0]


async def ended(rows):
    async def none_open():
        ask = "SELECT count(*) FROM works WHERE state IN ('queued', 'running')"
        return await rows.fetchval(ask) == 0

    await until(none_open)
    found = await rows.fetch("SELECT state, cause, tries FROM works ORDER BY id")
    return [tuple(row) for row in found]


async def test_work_that_dies_has_failed_and_work_of_a_dead_worker_goes_on_elsewhere(
    service, rows, asked
):
    async with in_the_midst(service, rows):
        await asked()
        service.start("worker-bulk", "supervisor")
        os.kill(await running(service, rows), signal.SIGKILL)
        assert await ended(rows) == [("failed", "died", 1)]
        second = await asked()
        child = await running(service, rows)
        service.kill("worker-bulk")

        async def gone():
            return not Path(f"/proc/{child}").exists()

        await until(gone)
        # As if the half minute had passed in which somebody might yet be at it.
        await rows.execute("UPDATE works SET heard_at = heard_at - interval '1 minute'")
    service.start("worker-bulk")
    assert (await ended(rows))[1] == ("done", None, 2)
    await all_done(rows)
    view, content = await take_result(asked.rt, asked.viewer, second)
    assert view.told["rows"] > 0
    assert content.startswith(b"\xef\xbb\xbf")
