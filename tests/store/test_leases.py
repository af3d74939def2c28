"""One process at a time holds a lease, also when somebody puts the machine's clock back."""

from datetime import timedelta

import pytest

from hotline.actions.hold_lease import end_lease, hold_lease

SPAN = timedelta(seconds=4)
HOUR = timedelta(hours=1)


async def holds(rt, process):
    return await hold_lease(rt, "ari:hotline", process, SPAN)


async def test_a_silent_holder_loses_it_and_one_that_ends_gives_it_up(rt, clock):
    assert await holds(rt, "first")
    assert not await holds(rt, "second")
    clock.forward(SPAN)
    assert await holds(rt, "second")
    await end_lease(rt, "ari:hotline", "first")  # no longer its own to end
    assert not await holds(rt, "first")
    await end_lease(rt, "ari:hotline", "second")
    assert await holds(rt, "first")


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
async def test_who_died_before_a_clock_jumped_holds_nobody_off(rt, clock, jump):
    assert await holds(rt, "dead")
    clock.forward(jump)
    assert await holds(rt, "alive")
    assert not await holds(rt, "third")


async def test_machines_whose_clocks_differ_take_nothing_from_each_other(rt, clock):
    clock.forward(timedelta(minutes=2))
    assert await holds(rt, "ahead")
    clock.forward(-timedelta(minutes=2))
    assert not await holds(rt, "behind")
