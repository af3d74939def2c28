"""Handing out row ids of contacts, cases and drafts: one number space a year, in blocks."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from hotline.cases.numbers import id_of

ALMATY = ZoneInfo("Asia/Almaty")
TAKE_BLOCK = """
INSERT INTO number_blocks AS b (year, next) VALUES ($1, 1 + $2::bigint)
ON CONFLICT (year) DO UPDATE SET next = b.next + $2::bigint
RETURNING next - $2::bigint
"""
BLOCK = 200  # lost when a process ends: small against a million a year


class Numbers:
    """Takes blocks from the database and hands out ids one by one."""

    def __init__(self, fetch: Callable[[str, int, int], Awaitable[int]]) -> None:
        """Take `fetch(sql, year, size)`, which runs TAKE_BLOCK in a commit of its own."""
        self._fetch = fetch
        self._year = -1
        self._next = 0
        self._end = 0
        self._lock = asyncio.Lock()

    async def take(self, now: datetime) -> int:
        """Return the next free id of the year that `now` falls into, in Almaty."""
        year = now.astimezone(ALMATY).year % 100
        if year == self._year and self._next < self._end:
            return self._pop()
        async with self._lock:
            if year != self._year or self._next >= self._end:
                first = await self._fetch(TAKE_BLOCK, year, BLOCK)
                self._year, self._next, self._end = year, first, first + BLOCK
            return self._pop()

    def _pop(self) -> int:
        number = self._next
        self._next += 1
        return id_of(self._year, number)
