"""The relay: promised work reaches the queue once, and again when it was lost."""

import asyncio
from datetime import timedelta

import pytest
import redis

from hotline.actions.relay_outbox import (
    RELAY,
    recover_forgotten,
    recover_leases,
    relay_outbox,
)
from hotline.cases.terms import QueueName
from hotline.errors import Unavailable
from hotline.queue import Jobs
from hotline.store import outbox
from tests.workers.conftest import DANGER


def leased(rows):
    return [row["leased_until"] is not None for row in rows]


async def test_open_rows_go_in_jobs_of_at_most_25(rt, jobs, receive, look):
    await receive(60)
    relayed = await relay_outbox(rt, jobs)
    assert relayed.rows == 60
    assert jobs.depth(QueueName.BULK) == 3
    assert all(leased(await look()))


async def test_danger_goes_to_its_own_queue(rt, jobs, receive):
    await receive(1, text=DANGER)
    await relay_outbox(rt, jobs)
    assert jobs.depths() == {QueueName.URGENT: 1, QueueName.BULK: 0, QueueName.OUTWARD: 0}


async def test_a_leased_row_does_not_go_again_until_the_lease_has_run_out(
    rt, jobs, receive, clock
):
    await receive(1)
    await relay_outbox(rt, jobs)
    assert (await relay_outbox(rt, jobs)).rows == 0
    clock.forward(timedelta(seconds=rt.config.service.work.lease_s))
    assert (await relay_outbox(rt, jobs)).rows == 1


async def test_two_relays_at_once_never_take_the_same_row(rt, jobs, receive, look):
    await receive(200)
    turns = await asyncio.gather(*(relay_outbox(rt, jobs) for _ in range(4)))
    assert sum(turn.rows for turn in turns) == 200
    assert {row["dispatches"] for row in await look()} == {1}


async def test_above_the_high_water_mark_rows_wait(rt, jobs, receive, look):
    work = rt.config.service.work
    most = work.high_water_jobs * work.ids_a_job
    await receive(most + 10)
    assert (await relay_outbox(rt, jobs)).rows == most
    assert (await relay_outbox(rt, jobs)).rows == 0


async def test_while_redis_is_away_nothing_stays_leased(rt, receive, look):
    await receive(3)
    with pytest.raises(Unavailable):
        await relay_outbox(rt, Jobs(rt.settings.redis_url + ".gone"))
    assert leased(await look()) == [False, False, False]


class LooksWellThenFails(Jobs):
    """Redis goes away between the look and the push."""

    def push(self, *_):
        raise Unavailable("Redis cannot be reached")


async def test_a_lease_whose_push_failed_is_given_back(rt, jobs, receive, look):
    await receive(3)
    with pytest.raises(Unavailable):
        await relay_outbox(rt, LooksWellThenFails(rt.settings.redis_url))
    assert leased(await look()) == [False, False, False]
    assert (await relay_outbox(rt, jobs)).rows == 3


async def test_after_a_wipe_of_redis_the_rows_go_again_at_once(rt, jobs, receive):
    await receive(3)
    assert await recover_forgotten(rt, jobs)
    await relay_outbox(rt, jobs)
    assert not await recover_forgotten(rt, jobs)
    with redis.Redis.from_url(rt.settings.redis_url) as line:
        line.flushall()
    assert await recover_forgotten(rt, jobs)
    assert (await relay_outbox(rt, jobs)).rows == 3
    assert jobs.depth(QueueName.BULK) == 1


async def test_rows_that_wait_after_a_failure_do_not_go_early(rt, jobs, receive):
    (row,) = await receive(1)
    async with rt.transaction(RELAY) as tx:
        failure = await outbox.count_failure(
            tx, row, code="KeyError", limit=5, pause=timedelta(seconds=2)
        )
    assert (failure.failures, failure.dead) == (1, False)
    await recover_leases(rt, list(QueueName))
    assert (await relay_outbox(rt, jobs)).rows == 0


PAUSES = [
    # failures before    seconds until the next try
    (0, 2),
    (1, 4),
    (2, 8),
    (6, 128),
    (9, 128),
]


@pytest.mark.parametrize(("before", "seconds"), PAUSES)
async def test_each_failure_doubles_the_pause(rt, jobs, receive, database, before, seconds):
    (row,) = await receive(1)
    await database.execute("UPDATE outbox SET failures = $1", before)
    async with rt.transaction(RELAY) as tx:
        await outbox.count_failure(tx, row, code="X", limit=99, pause=timedelta(seconds=2))
    until = await database.fetchval("SELECT leased_until FROM outbox")
    assert until - rt.clock.now() == timedelta(seconds=seconds)
