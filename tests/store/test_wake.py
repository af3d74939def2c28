"""Waiting for promised work ends when it is told to end."""

import asyncio

import pytest

from hotline.store.wake import Wake


@pytest.mark.parametrize("ticks", range(6))
async def test_a_wait_that_is_woken_and_cancelled_at_once_ends_as_cancelled(ticks):
    wake = Wake("postgresql+asyncpg://nobody@localhost/none")
    waiting = asyncio.create_task(wake.wait(30))
    for _ in range(3):
        await asyncio.sleep(0)
    wake.set()
    for _ in range(ticks):
        await asyncio.sleep(0)
    was_running = waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled() is was_running
