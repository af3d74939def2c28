"""Numbers are handed out once, over all processes, and begin anew with the year in Almaty."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg

from hotline.store.engine import asyncpg_options
from hotline.store.numbers import BLOCK, Numbers

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)


def process(url):
    """The numbers of one process."""

    async def fetch(sql, year, size):
        connection = await asyncpg.connect(**asyncpg_options(url))
        try:
            return await connection.fetchval(sql, year, size)
        finally:
            await connection.close()

    return Numbers(fetch)


async def test_processes_that_take_at_once_never_get_the_same(migrated, database):
    processes = [process(migrated) for _ in range(4)]
    taken = await asyncio.gather(
        *(one.take(NOW) for one in processes for _ in range(BLOCK + 50))
    )
    assert len(set(taken)) == len(taken) == 4 * (BLOCK + 50)
    assert min(taken) == 26 * 10**9 + 1
    assert await database.fetchval("SELECT next FROM number_blocks") == 8 * BLOCK + 1


async def test_a_new_year_begins_at_midnight_in_almaty(migrated, database):
    numbers = process(migrated)
    last = datetime(2026, 12, 31, 18, 59, 59, tzinfo=UTC)  # 23:59:59 there
    assert await numbers.take(last) == 26 * 10**9 + 1
    assert await numbers.take(last + timedelta(seconds=1)) == 27 * 10**9 + 1
    assert await numbers.take(last) == 26 * 10**9 + BLOCK + 1  # a clock that went back
