"""One consumer of an app's events; the others stand by (process `hotline phone`).

Asterisk tells an event once, to the newest socket of an app: so there is one, by a lease, and
whoever is replaced stands back. Source: channels.md, section 1; docs/howto/phone.md.
"""

import asyncio
import contextlib
import uuid
from datetime import timedelta
from functools import partial

import aiohttp
import structlog

from hotline.actions.follow_call import PHONE
from hotline.actions.steps.halve import guarded
from hotline.errors import Unavailable
from hotline.intake.ari_flow import Flow
from hotline.intake.ari_follow import Following, say_sign
from hotline.notify.ari import Ari, base_of, socket_of
from hotline.notify.ari_line import line_over
from hotline.runtime import Runtime
from hotline.store import leases
from hotline.store.spool import Spool

LEASE = timedelta(seconds=4)
KEEP_S = 1.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 2.0
_CONNECT_S = (
    2.0  # an exchange that hangs; what ended meanwhile is closed 5 s after its return
)
_STAND_BACK_S = 10.0  # after another consumer took the app over
MESSAGE = 4 * 1024 * 1024  # bytes
_SPOOL = 64 * 1024 * 1024  # bytes: some fifty thousand events
log = structlog.get_logger()


def open_spool(rt: Runtime) -> Spool:
    """Return the spool of this app in the data folder."""
    name = "".join(sign if sign.isalnum() else "-" for sign in rt.settings.ari_app)
    path = rt.settings.data_dir / "phone" / f"{name}.spool"
    return Spool(path, rt.sealer.derive("phone spool"), most=_SPOOL)


class Lease:
    """The right to follow one app. While PostgreSQL is away, whoever had it keeps it."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._name = f"ari:{rt.settings.ari_app}"
        self._process = uuid.uuid4().hex

    async def take(self) -> bool:
        """Return whether it is ours now. Errors: Unavailable."""
        async with self._rt.transaction(PHONE) as tx:
            return await leases.take(tx, self._name, self._process, LEASE)

    async def keep(self) -> None:
        """Return once somebody else has it."""
        while True:
            await asyncio.sleep(KEEP_S)
            with contextlib.suppress(Unavailable):
                if not await self.take():
                    return

    async def give_back(self) -> None:
        """Let the next one have it at once."""
        with contextlib.suppress(Unavailable):
            async with self._rt.transaction(PHONE) as tx:
                await leases.give_back(tx, self._name, self._process)


class Consumer:
    """Dials the exchange, again and again, for as long as it holds the lease."""

    def __init__(self, rt: Runtime, stopping: asyncio.Event) -> None:
        self._rt = rt
        self._stopping = stopping
        self._lease = Lease(rt)
        self._pause = _FIRST_PAUSE_S

    async def run(self) -> None:
        """Follow until asked to stop."""
        leads = False
        async with aiohttp.ClientSession(trust_env=False) as session:
            while not self._stopping.is_set():
                with contextlib.suppress(Unavailable):  # meanwhile whoever led goes on
                    leads = await self._lease.take()
                if leads:
                    await self._led(session)
                await self._rest(self._pause if leads else KEEP_S)
        await self._lease.give_back()

    async def _led(self, session: aiohttp.ClientSession) -> None:
        """Follow one line; a fault of ours ends that line, and not the next."""

        async def broken(error: Exception) -> None:
            log.error("phone_line_failed", error=type(error).__name__)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE_S)

        try:
            await guarded(partial(self._lead, session), broken)
        except Unavailable as error:
            await broken(error)

    async def _lead(self, session: aiohttp.ClientSession) -> None:
        """Follow one line until it, the lease or this process ends."""
        settings = self._rt.settings
        line = line_over(session, settings)
        try:
            async with asyncio.timeout(_CONNECT_S):
                socket = await session.ws_connect(
                    socket_of(base_of(settings.ari_url), settings.ari_app),
                    headers=line.headers,
                    heartbeat=8.0,
                    max_msg_size=MESSAGE,
                )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            status = getattr(error, "status", None)
            await say_sign(self._rt, settings.ari_app, f"line_{status or 'down'}")
            self._pause = min(self._pause * 2, _LONGEST_PAUSE_S)
            return
        self._pause = _FIRST_PAUSE_S
        log.info("phone_line_up", app=settings.ari_app)
        flow = Flow(self._rt, Ari(line, settings.ari_app), open_spool(self._rt))
        try:
            await self._follow(
                Following(self._rt, Ari(line, settings.ari_app), flow), socket
            )
        finally:
            await socket.close()
        log.warning("phone_line_down", app=settings.ari_app)
        await say_sign(self._rt, settings.ari_app, "line_lost")
        if flow.replaced.is_set():
            log.error("phone_app_replaced", app=settings.ari_app)
            await self._lease.give_back()
            self._pause = _STAND_BACK_S

    async def _follow(
        self, following: Following, socket: aiohttp.ClientWebSocketResponse
    ) -> None:
        ends = [
            asyncio.create_task(following.run(socket)),
            asyncio.create_task(self._lease.keep()),
            asyncio.create_task(self._stopping.wait()),
        ]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in ends:
            task.cancel()
        await asyncio.gather(*ends, return_exceptions=True)

    async def _rest(self, pause: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._stopping.wait()
