"""Hears NOTIFY, so that promised work is relayed at once and not at the next poll."""

import asyncio
import contextlib

import asyncpg

from hotline.errors import Unavailable
from hotline.store.engine import asyncpg_options
from hotline.store.transaction import OUTBOX, raise_if_lost

_STILL_THERE_S = 5.0


class Wake:
    """An event that PostgreSQL sets when work was promised."""

    def __init__(self, database_url: str) -> None:
        self._options = asyncpg_options(database_url)
        self._event = asyncio.Event()

    def set(self) -> None:
        """Wake whoever waits."""
        self._event.set()

    def clear(self) -> None:
        """Forget what was heard. Do this before looking, never after."""
        self._event.clear()

    async def wait(self, at_most_s: float) -> None:
        """Return when work was promised, or after `at_most_s`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):  # `wait_for` may swallow a cancellation
                await self._event.wait()

    async def listen(self) -> None:
        """Listen until the connection is lost. Errors: Unavailable."""
        try:
            connection = await asyncpg.connect(**self._options, timeout=5)
            try:
                await self._listen(connection)
            finally:
                connection.terminate()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise_if_lost(error)
            raise

    async def _listen(self, connection: asyncpg.Connection) -> None:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(OUTBOX, lambda *_: self._event.set())
        self._event.set()  # something may have been promised before we listened
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_STILL_THERE_S):
                    await lost.wait()
            if lost.is_set():
                raise Unavailable("the listening connection was lost")
            await connection.execute("SELECT 1")  # a silent network shows only when asked
