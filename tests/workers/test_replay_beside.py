"""A replay of the past runs beside triage: what ends it ends nothing else."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from benchmarks.service import until
from hotline.actions.try_policy import try_policy
from hotline.cases.terms import JobName, QueueName, Role
from hotline.runtime import open_runtime
from tests import builders
from tests.whatif.test_try_policy import changed
from tests.workers.test_worker_process import all_done, receive, rows, service

__all__ = ["rows", "service"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


@pytest.fixture
async def promised(service, rows):
    """Return a function that promises replays to a job; it answers with the trials' ids."""

    async def many(n):
        rt = open_runtime(service.settings)
        try:
            made = await builders.a_person(rt, Role.SUPERVISOR)
            found = [await try_policy(rt, made.viewer, changed(), 30) for _ in range(n)]
            async with rt.transaction(made.viewer) as tx:
                tx.promise(JobName.TRY_POLICY, QueueName.BULK, found)
        finally:
            await rt.stop()
        await rows.execute("UPDATE policy_trials SET state = 'waiting', finished_at = NULL")
        return found

    return many


def replays(service):
    """Return the replaying processes of the worker."""
    worker = service.processes["worker-bulk"].pid
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            said = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if parent == worker and b"hotline.workers.replay" in said:
            found.append(int(stat.parent.name))
    return found


async def states(rows):
    return [
        (row["state"], row["why"])
        for row in await rows.fetch(
            "SELECT state, result ->> 'why' AS why FROM policy_trials ORDER BY id"
        )
    ]


async def running(service):
    async def one():
        return len(replays(service)) == 1

    await until(one)
    return replays(service)


async def contacts_are_triaged(service, rows):
    await receive(service, 3)

    async def none_waits():
        ask = "SELECT count(*) FROM contacts WHERE triaged_at IS NULL"
        return await rows.fetchval(ask) == 0

    await until(none_waits)


async def test_contacts_are_triaged_while_trials_are_replayed_one_at_a_time(
    service, rows, promised
):
    await promised(2)
    holder = await service.connect()
    try:
        async with holder.transaction():  # no replay can end before this does
            await holder.execute("SELECT id FROM policy_trials FOR UPDATE")
            service.start("worker-bulk", "supervisor")
            await running(service)
            await contacts_are_triaged(service, rows)
            assert len(replays(service)) == 1
            assert await states(rows) == [("waiting", None)] * 2
    finally:
        await holder.close()
    await all_done(rows)
    assert await states(rows) == [("tried", None)] * 2


async def test_a_replay_that_dies_leaves_its_trial_refused_and_is_not_begun_again(
    service, rows, promised
):
    await promised(1)
    holder = await service.connect()
    try:
        async with holder.transaction():
            await holder.execute("SELECT id FROM policy_trials FOR UPDATE")
            service.start("worker-bulk", "supervisor")
            (replay,) = await running(service)
            os.kill(replay, signal.SIGKILL)
    finally:
        await holder.close()
    await all_done(rows)
    assert await states(rows) == [("refused", "failed")]
    assert await rows.fetchval("SELECT sum(failures) FROM outbox") == 0


async def test_a_replay_ends_with_its_worker_and_another_worker_does_it(
    service, rows, promised
):
    await promised(1)
    holder = await service.connect()
    try:
        async with holder.transaction():
            await holder.execute("SELECT id FROM policy_trials FOR UPDATE")
            service.start("worker-bulk", "supervisor")
            (replay,) = await running(service)
            service.kill("worker-bulk")

            async def gone():
                return not Path(f"/proc/{replay}").exists()

            await until(gone)
    finally:
        await holder.close()
    service.start("worker-bulk")
    await all_done(rows)
    assert await states(rows) == [("tried", None)]
    assert await asyncio.to_thread(service.stop) == {"worker-bulk": 0, "supervisor": 0}
