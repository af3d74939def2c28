"""Reads that many ask for at the same moment, made once for all of them.

Three hundred open pages hear of a change together and ask the same small questions. Whoever
asks while a read is under way is answered by the next one: an answer is never older than its
question, so that rights that ended a moment ago have ended.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from contextvars import Context
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


class Gathered(Generic[Key, Found]):
    """Asks `read` for all the keys that were asked for since it last began."""

    def __init__(
        self, read: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Found]]]
    ) -> None:
        self._read = read
        self._keys: dict[Key, None] = {}
        self._reading: Collection[Key] = ()
        self._next: asyncio.Task[Mapping[Key, Found]] | None = None
        self._last: asyncio.Task[Mapping[Key, Found]] | None = None

    async def ask(self, key: Key) -> Found | None:
        """Return what is known of `key` now, or None. Errors: those of the read, for all."""
        self._keys[key] = None
        if self._next is None:
            # With a context of its own: the read belongs to no request.
            run = self._run(self._last)
            self._next = asyncio.create_task(run, context=Context())
        # Who goes away takes the answer from nobody else.
        return (await asyncio.shield(self._next)).get(key)

    async def join(self, key: Key) -> Found | None:
        """Return what the read that is under way finds of `key`; else ask.

        For who knows that nothing changed since it began.
        """
        if self._last is None or self._last.done() or key not in self._reading:
            return await self.ask(key)
        return (await asyncio.shield(self._last)).get(key)

    async def _run(
        self, before: asyncio.Task[Mapping[Key, Found]] | None
    ) -> Mapping[Key, Found]:
        if before is not None and not before.done():
            await asyncio.wait({before})
        keys, self._keys = list(self._keys), {}
        self._last, self._next, self._reading = self._next, None, keys
        return await self._read(keys)
