"""Follows one line to the exchange while it is up, whichever side opened it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

import aiohttp
import structlog

from hotline.actions.follow_call import PHONE
from hotline.actions.reconcile_calls import reconcile_calls
from hotline.actions.steps.halve import guarded
from hotline.actions.tend_calls import Tending
from hotline.cases.call_event import CallEvent
from hotline.errors import Unavailable
from hotline.intake.ari import PREFIX, Answered, channel_as_event, in_app
from hotline.intake.ari_flow import Flow
from hotline.intake.loose import code_of, part
from hotline.notify.ari import Ari
from hotline.runtime import Runtime
from hotline.store import calls, signs

TEND_S, DRAIN_S, HEALTH_S, LOOK_AGAIN_S = 0.5, 0.5, 5.0, 30.0
_SETTLE_S = 5.0
_SOON_S = 0.5  # after a look that did not succeed: the promise is 5 s
log = structlog.get_logger()


class Socket(Protocol):
    """What both ends of a WebSocket have."""

    async def receive(self) -> aiohttp.WSMessage:
        """Return the next message."""
        ...

    async def close(self) -> bool:
        """End the line."""
        ...


class Following:
    """The duties beside reading: look again, tend, drain the spool, say how it is."""

    def __init__(
        self,
        rt: Runtime,
        ari: Ari,
        flow: Flow,
        *,
        answered: Callable[[Answered], None] | None = None,
    ) -> None:
        self._rt = rt
        self._ari = ari
        self._flow = flow
        self._answered = answered
        self._pbx: str | None = None
        self._tending: Tending | None = None

    async def run(self, socket: Socket) -> None:
        """Read until the line is lost, replaced or unhealthy; then leave nothing running."""
        duties = [
            asyncio.create_task(self._keep_on(name, step, pause))
            for name, step, pause in (
                ("look", self._look, LOOK_AGAIN_S),
                ("tend", self._tend, TEND_S),
                ("drain", self._drain, DRAIN_S),
            )
        ]
        ends = [
            asyncio.create_task(self._read(socket)),
            asyncio.create_task(self._flow.replaced.wait()),
            asyncio.create_task(self._healthy()),
        ]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*duties, *ends):
                task.cancel()
            await asyncio.gather(*duties, *ends, return_exceptions=True)
            with suppress(TimeoutError):
                async with asyncio.timeout(_SETTLE_S):
                    await self._flow.settle()

    async def _read(self, socket: Socket) -> None:
        while True:
            message = await socket.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                raw = str(message.data).encode("utf-8", "surrogatepass")
                answer = await self._flow.hear(raw)
                if answer is not None and self._answered is not None:
                    self._answered(answer)
            elif message.type is not aiohttp.WSMsgType.BINARY:
                return  # CLOSE, CLOSING, CLOSED, ERROR: the line is lost

    async def _keep_on(
        self, name: str, step: Callable[[], Awaitable[bool]], pause: float
    ) -> None:
        """Do `step` for as long as the line is up; what fails is done again soon."""

        async def broken(error: Exception) -> bool:
            log.error("phone_duty_failed", duty=name, error=type(error).__name__)
            return False

        while True:
            try:
                well = await guarded(step, broken)
            except Unavailable:
                well = False
            await asyncio.sleep(pause if well else min(pause, _SOON_S))

    async def _look(self) -> bool:
        """Compare our open calls with what the exchange has."""
        looked_at = self._rt.clock.now()
        answer = await self._ari.channels()
        found = answer.json()
        pbx = await self._exchange() if answer.well else None
        if pbx is None or not isinstance(found, list):
            return False
        there = [self._event(one, pbx) for one in found if in_app(one, self._ari.app)]
        done = await reconcile_calls(
            self._rt,
            self._ari,
            pbx,
            looked_at=looked_at,
            there=[event for event in there if event is not None],
            alive=frozenset(filter(None, (code_of(one, "id") for one in found))),
        )
        if done.closed or done.taken_up:
            log.warning("calls_reconciled", closed=done.closed, taken_up=done.taken_up)
        return True

    def _event(self, channel: Any, pbx: str) -> CallEvent | None:
        return channel_as_event(channel, pbx, self._rt.clock.now(), b"{}")

    async def _exchange(self) -> str | None:
        """Return the exchange's name: as it says, as its events say, or as its calls do."""
        if self._pbx is None:
            system = part((await self._ari.info()).json(), "system")
            entity = code_of(system, "entity_id")
            self._pbx = PREFIX + entity if entity else self._flow.pbx
        if self._pbx is None:
            async with self._rt.transaction(PHONE) as tx:
                names = {row.pbx for row in await calls.open_of(tx)}
            mine = {name for name in names if name.startswith(PREFIX)}
            return mine.pop() if len(mine) == 1 else None
        return self._pbx

    async def _tend(self) -> bool:
        pbx = await self._exchange()
        if pbx is None:
            return False
        if self._tending is None:
            self._tending = Tending(self._rt, self._ari, pbx)
        await self._tending.tend()
        return True

    async def _drain(self) -> bool:
        if taken := await self._flow.drain():
            log.warning("call_spool_drained", count=taken)
        return True

    async def _healthy(self) -> None:
        """Return when the exchange does not know our app any more: then we are deaf."""
        while True:
            answer = await self._ari.applications()
            known = answer.json() if answer.well else None
            names = {code_of(one, "name") for one in known or ()}
            code = None if self._ari.app in names else f"http_{answer.status}"
            if answer.well and code:
                code = "app_missing"
            await say_sign(self._rt, self._ari.app, code)
            if code == "app_missing":
                return
            await asyncio.sleep(HEALTH_S)


async def say_sign(rt: Runtime, app: str, code: str | None) -> None:
    """Say how the line of `app` is: None for well; while PostgreSQL is away nobody hears."""
    try:
        async with rt.transaction(PHONE) as tx:
            if code is None:
                await signs.heard(tx, f"ari:{app}")
            else:
                await signs.failed(tx, f"ari:{app}", code)
    except Unavailable:
        log.warning("phone_sign_lost", app=app)
