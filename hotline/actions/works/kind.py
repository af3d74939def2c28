"""What every kind of long work is made of: who may ask, what is asked, how it tells of itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from hotline.cases.terms import Role
from hotline.errors import HotlineError
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store.transaction import Transaction

EVERY_S = 0.5  # progress is written at most twice a second
T = TypeVar("T")
Tell = Callable[[int, int | None], Awaitable[bool]]  # whether the end was asked for


class WorkCancelled(HotlineError):
    """Somebody asked for the end of the work; what it had begun is undone."""

    code = "cancelled"


class Progress:
    """Tells how far the work is, and ends it between two steps when it was cancelled."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._told_at = float("-inf")
        self.done = 0
        self.total: int | None = None
        self.cancelled = asyncio.Event()

    async def __call__(self, done: int, total: int | None = None) -> None:
        """Note that `done` steps of `total` are over. Errors: WorkCancelled."""
        self.done, self.total = done, self.total if total is None else total
        moment = time.monotonic()
        if moment - self._told_at >= EVERY_S:
            self._told_at = moment
            if await self._tell(self.done, self.total):
                self.cancelled.set()
        self.go_on()

    def go_on(self) -> None:
        """Do nothing while nobody asked for the end. Errors: WorkCancelled."""
        if self.cancelled.is_set():
            raise WorkCancelled

    async def beside(self, step: Coroutine[Any, Any, T]) -> T:
        """Return what a long step returns; the end is heard while it runs.

        Only for steps that keep nothing before they end. Errors: WorkCancelled.
        """
        task = asyncio.ensure_future(step)
        asked = asyncio.ensure_future(self.cancelled.wait())
        try:
            await asyncio.wait({task, asked}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise WorkCancelled
            return task.result()
        finally:
            asked.cancel()
            task.cancel()


@dataclass(frozen=True, slots=True)
class Made:
    """What came of the work: counts, and a file for who asked, if it makes one."""

    told: dict[str, int | str] = field(default_factory=dict)  # codes and counts
    content: bytes | None = field(default=None, repr=False)
    name: str = ""
    mime: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a kind gets: the person with today's rights, what was asked, and a voice."""

    rt: Runtime
    viewer: Viewer
    asked: Any  # of the kind's own struct
    file: bytes | None = field(repr=False)
    locale: str
    progress: Progress


Run = Callable[[Bench], Awaitable[Made]]
Undone = Callable[[Transaction, Mapping[str, Any], Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """Who may ask for a kind, and what may be asked.

    `undone`: what becomes of what waits for the work when it failed or was cancelled.
    `only_a_file`: nothing else comes of it, so that its end can be heard to the last moment.
    """

    roles: frozenset[Role]
    asks: type[msgspec.Struct]
    undone: Undone | None = None
    only_a_file: bool = False


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be asked: codes, dates, ids and numbers; it is kept and logged."""
