"""Who lives, who fell silent, and how far behind the engine is."""

from datetime import timedelta

import pytest

from hotline.cases.terms import QueueName
from hotline.store import heartbeats
from hotline.workers.pulse import PULSE, Pulse
from hotline.workers.supervisor import queues_of

URGENT, BULK, OUTWARD = QueueName.URGENT, QueueName.BULK, QueueName.OUTWARD
DEAD = [
    # who died                      whose leases go again
    (["worker-bulk"], [BULK]),
    (["worker-urgent"], [URGENT]),
    (["worker-bulk", "worker-urgent", "worker-bulk"], [BULK, URGENT]),
    (["supervisor"], [URGENT, BULK, OUTWARD]),
    (["supervisor", "worker-bulk"], [URGENT, BULK, OUTWARD]),
]


@pytest.mark.parametrize(("kinds", "queues"), DEAD)
def test_the_dead_give_their_leases_back(kinds, queues):
    assert sorted(queues_of(kinds)) == sorted(queues)


def test_a_web_process_holds_no_leases():
    assert queues_of(["web"]) == []


async def test_a_silent_process_is_buried_once(rt, clock):
    await Pulse(rt, "worker-bulk", "a").beat()
    clock.forward(timedelta(seconds=4))
    await Pulse(rt, "supervisor", "b").beat()
    clock.forward(timedelta(seconds=2))
    async with rt.transaction(PULSE) as tx:
        assert await heartbeats.bury(tx) == ["worker-bulk"]
    async with rt.transaction(PULSE) as tx:
        assert await heartbeats.bury(tx) == []


async def test_a_process_that_beats_again_lives(rt, clock):
    pulse = Pulse(rt, "worker-bulk", "a")
    await pulse.beat()
    clock.forward(timedelta(seconds=10))
    await pulse.beat()
    async with rt.transaction(PULSE) as tx:
        assert await heartbeats.bury(tx) == []
        (beat,) = (await heartbeats.lag(tx)).workers
    assert (beat.kind, beat.age_s) == ("worker-bulk", 0.0)


async def test_who_ends_in_order_is_not_missed(rt, clock):
    pulse = Pulse(rt, "worker-bulk", "a")
    await pulse.beat()
    await pulse.end()
    async with rt.transaction(PULSE) as tx:
        assert (await heartbeats.lag(tx)).workers == []


async def test_an_engine_with_nothing_due_does_not_lag(rt):
    async with rt.transaction(PULSE) as tx:
        lag = await heartbeats.lag(tx)
    assert (lag.sweep_s, lag.outbox_s, lag.dead) == (0.0, 0.0, 0)


async def test_lag_is_counted_from_the_oldest_open_promise_and_the_earliest_look(
    rt, clock, receive, database
):
    (first,) = await receive(1)
    clock.forward(timedelta(seconds=30))
    (second,) = await receive(1, start=1)
    look = await database.fetchval("SELECT min(next_look_at) FROM clocks")
    async with rt.transaction(PULSE) as tx:
        lag = await heartbeats.lag(tx)
    assert (lag.outbox_s, lag.sweep_s) == (30.0, 0.0)
    clock.forward(look - clock.now() + timedelta(seconds=7))
    await database.execute("UPDATE outbox SET done_at = now() WHERE id = $1", first)
    await database.execute("UPDATE outbox SET dead_at = now() WHERE id = $1", second)
    async with rt.transaction(PULSE) as tx:
        lag = await heartbeats.lag(tx)
    assert (lag.outbox_s, lag.sweep_s, lag.dead) == (0.0, 7.0, 1)
