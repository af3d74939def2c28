"""Hears what changed: one LISTEN a web process, whoever it is that writes."""

import asyncio
from collections.abc import Callable

import asyncpg

from hotline.errors import Unavailable
from hotline.store.engine import asyncpg_options
from hotline.store.transaction import LIVE, raise_if_lost

_STILL_THERE_S = 5.0


class LiveChannel:
    """Calls back with the payload of every nudge."""

    def __init__(self, database_url: str, heard: Callable[[str], None]) -> None:
        self._options = asyncpg_options(database_url)
        self._heard = heard

    async def listen(self, ready: Callable[[], None]) -> None:
        """Listen until the connection is lost; `ready` is called when it stands.

        Errors: Unavailable.
        """
        try:
            connection = await asyncpg.connect(**self._options, timeout=5)
            try:
                await self._listen(connection, ready)
            finally:
                connection.terminate()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise_if_lost(error)
            raise

    async def _listen(
        self, connection: asyncpg.Connection, ready: Callable[[], None]
    ) -> None:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(LIVE, lambda *told: self._heard(str(told[3])))
        ready()
        while True:
            try:
                async with asyncio.timeout(_STILL_THERE_S):
                    await lost.wait()
            except TimeoutError:
                await connection.execute(
                    "SELECT 1"
                )  # a silent network shows only when asked
                continue
            raise Unavailable("the listening connection was lost")
