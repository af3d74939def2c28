"""A process asks which rules two people enabled before it does anything by others."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp.test_utils import TestServer

from benchmarks.service import until
from hotline.actions.enable_policy import enable_policy, propose_policy
from hotline.actions.try_policy import try_policy
from hotline.app import _alive, make_app
from hotline.cases.terms import Role
from hotline.queue import Jobs
from hotline.runtime import open_runtime
from hotline.workers.pulse import Pulse
from hotline.workers.supervisor import Supervisor
from tests import builders
from tests.story import Story, everybody
from tests.whatif.test_try_policy import a_case, changed, enabled
from tests.workers.test_worker_process import receive, rows, service

__all__ = ["rows", "service"]
SLOWER = ("2: {work: PT4H}, 3: {work_days: 1}", "2: {work: PT6H}, 3: {work_days: 1}")
WITHIN_S = 1.5  # an answer that must not come would come in a fraction of this


@pytest.fixture
async def story(rt, clock, database):
    return Story(rt, clock, database, await everybody(rt))


@pytest.fixture
async def other(rt, settings, clock, config):
    """Another process's runtime over the same database."""
    found = open_runtime(settings, clock=clock, config=config)
    yield found
    await found.stop()


@asynccontextmanager
async def nobody_reads(database, table):
    """Hold whoever reads `table`; yields a coroutine that returns once somebody waits."""

    async def somebody_waits():
        ask = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = $1::regclass"
        return await database.fetchval(ask, table) > 0

    async with database.transaction():
        await database.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield lambda: until(somebody_waits)


async def test_a_supervisor_sweeps_no_clock_before_it_knows_the_rules(
    story, other, settings, database
):
    made = await enabled(story, changed("sla.yaml", SLOWER))
    await a_case(story)
    await story.later(sweep=False, days=30)
    stopping = asyncio.Event()
    running = None

    async def judged():
        ask = "SELECT count(*) FROM case_events WHERE event = 'clock_breached'"
        return await database.fetchval(ask) > 0

    try:
        async with nobody_reads(database, "policy_trials") as somebody_waits:
            supervisor = Supervisor(other, Jobs(settings.redis_url), stopping)
            running = asyncio.create_task(supervisor.run())
            await somebody_waits()
            with pytest.raises(TimeoutError):
                await until(judged, WITHIN_S)
        await until(judged)
        assert other.trial_id == made
    finally:
        stopping.set()
        await running


async def test_a_door_opens_by_the_enabled_rules(story, other, database):
    made = await enabled(story)
    app = make_app(other)
    app.cleanup_ctx.insert(0, _alive)  # as `serve` does
    server = TestServer(app)
    try:
        async with nobody_reads(database, "heartbeats"):
            await server.start_server()
            assert other.trial_id == made
    finally:
        await server.close()


async def test_a_process_that_began_without_postgres_asks_with_its_next_heartbeat(
    story, other, engines
):
    pulse = Pulse(other, "web", "start-1")
    made = await enabled(story)
    engines.kill_postgres()
    try:
        await pulse.follow()
    finally:
        engines.revive()
    assert other.trial_id is None
    await pulse.follow()
    assert other.trial_id == made


@pytest.mark.slow
@pytest.mark.timeout(90)
async def test_a_worker_takes_no_job_before_it_knows_the_rules(service, rows):
    rt = open_runtime(service.settings)
    one, two = [await builders.a_person(rt, Role.SUPERVISOR, username=n) for n in "ab"]
    made = await try_policy(rt, one.viewer, changed("sla.yaml", SLOWER), 30)
    await propose_policy(rt, one.viewer, made)
    await enable_policy(rt, two.viewer, made)
    await rt.stop()
    service.start("supervisor")
    await service.ready()
    await receive(service, 3)

    async def triaged():
        ask = "SELECT count(*) FROM contacts WHERE triaged_at IS NOT NULL"
        return await rows.fetchval(ask) > 0

    async with nobody_reads(rows, "policy_trials") as somebody_waits:
        service.start("worker-bulk")
        await somebody_waits()
        with pytest.raises(TimeoutError):
            await until(triaged, WITHIN_S)
    await until(triaged)
