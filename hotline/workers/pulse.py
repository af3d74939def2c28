"""A process says every second that it lives."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

import structlog

from hotline.actions import follow_policy
from hotline.actions.follow_policy import Followed
from hotline.errors import Unavailable
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.store import heartbeats, outbox

EVERY_S = 1.0
PULSE = Machine("pulse")
log = structlog.get_logger()


class Pulse:
    """The heartbeat of one process."""

    def __init__(self, rt: Runtime, kind: str, process: str) -> None:
        self.rt = rt
        self.kind = kind
        self.process = process
        self.started_at: datetime = rt.clock.now()
        self._ended = False
        self._looked_at: float | None = None
        self._turn = asyncio.Lock()  # a late beat must not follow the goodbye

    async def beat(self) -> None:
        """Say once that this process lives. Errors: Unavailable."""
        async with self._turn:
            if self._ended:
                return
            async with self.rt.transaction(PULSE) as tx:
                await outbox.forget_disk(tx)
                await heartbeats.beat(tx, self.process, self.kind, self.started_at)
        await self.follow()

    async def follow(self) -> None:
        """Take over what two people enabled: before any work begins, then once a minute.

        While PostgreSQL is away the process goes on with what it has, and each beat asks.
        """
        now = time.monotonic()
        if self._looked_at is None or now - self._looked_at >= follow_policy.EVERY_S:
            found = await follow_policy.follow_policy(self.rt)
            self._looked_at = None if found is Followed.AWAY else now
            if found is Followed.ADOPTED:
                log.info("policy_adopted", trial=self.rt.trial_id)
            elif found is Followed.UNREADABLE:
                log.error("enabled_policy_unreadable")

    async def keep(self, stopping: Callable[[], bool]) -> None:
        """Beat every second until `stopping`; while PostgreSQL is away nobody hears it."""
        while not stopping():
            try:
                await self.beat()
            except Unavailable as error:
                log.warning("heartbeat_failed", kind=self.kind, code=error.code)
            await asyncio.sleep(EVERY_S)

    async def end(self) -> None:
        """Say that this process ends in order. Errors: Unavailable."""
        async with self._turn:
            self._ended = True
            async with self.rt.transaction(PULSE) as tx:
                await heartbeats.say_goodbye(tx, self.process)
