"""Letters fetched by IMAP: one process a mailbox, each letter marked only after the commit."""

import asyncio
import imaplib
import os
from contextlib import suppress
from datetime import timedelta
from functools import partial

import structlog
from imap_tools.errors import MailboxLoginError

from hotline.actions.follow_mailbox import note_read, read_until
from hotline.actions.hold_lease import end_lease, hold_lease
from hotline.actions.note_sign import note_sign
from hotline.actions.steps.halve import guarded
from hotline.errors import Unavailable
from hotline.intake.mail_box import LINE_BROKEN, Box, address_of
from hotline.intake.mail_door import Taken, keep_unread, take_letter
from hotline.runtime import Runtime
from hotline.store.mailboxes import Cursor

SIGN = "imap"
_LEASE = timedelta(seconds=60)
_RENEW_S = 15.0
_LOOK_S = 2.0  # so long a wait for news is at most: who asks to stop is heard
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0
log = structlog.get_logger()


class LeaseLost(Exception):
    """Another process reads this mailbox now."""


class Fetcher:
    """Reads one mailbox for as long as the process lives."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._rules = rt.config.channels.mail
        self._at = address_of(rt.settings.imap_url, self._rules.folder)
        where = f"{self._at.user}@{self._at.host}:{self._at.port}/{self._at.folder}"
        self._name = f"imap:{rt.sealer.trace('mailbox', where).hex()}"
        self._process = rt.settings.start_id or os.urandom(6).hex()
        self._renewed_at = 0.0
        self.rounds = 0  # for tests and the log

    async def run(self, stopping: asyncio.Event) -> None:
        """Fetch until asked to stop; after a broken line try again, later and later."""
        pause = _FIRST_PAUSE_S
        while not stopping.is_set():
            rounds = self.rounds
            try:
                await self._session(stopping)
                continue
            except LeaseLost:
                await _rest(stopping, _RENEW_S)
                continue
            except (*LINE_BROKEN, Unavailable) as error:
                code = _code_of(error)
                log.warning("mailbox_unreachable", code=code, pause_s=pause)
                await note_sign(self._rt, SIGN, code)
            pause = _FIRST_PAUSE_S if self.rounds > rounds else pause
            await _rest(stopping, pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
        with suppress(Unavailable):
            await end_lease(self._rt, self._name, self._process)

    async def _session(self, stopping: asyncio.Event) -> None:
        self._renewed_at = 0.0
        await self._hold()
        box = await asyncio.to_thread(Box, self._at)
        try:
            while not stopping.is_set():
                await self._hold()
                await self.fetch(box)
                await note_sign(self._rt, SIGN)
                await self._wait(box, stopping)
        finally:
            await asyncio.shield(asyncio.to_thread(box.close))

    async def _hold(self) -> None:
        """Keep the lease. Errors: LeaseLost, Unavailable."""
        now = asyncio.get_running_loop().time()
        if self._renewed_at and now - self._renewed_at < _RENEW_S:
            return
        if not await hold_lease(self._rt, self._name, self._process, _LEASE):
            raise LeaseLost
        self._renewed_at = now

    async def _wait(self, box: Box, stopping: asyncio.Event) -> None:
        until = asyncio.get_running_loop().time() + self._rules.poll_s
        while not stopping.is_set() and asyncio.get_running_loop().time() < until:
            if await asyncio.to_thread(box.wait, min(_LOOK_S, self._rules.poll_s)):
                return
            await self._hold()

    async def fetch(self, box: Box) -> int:
        """Keep every letter that waits; return how many were looked at.

        A mailbox that was never read: only what nobody has read. One that numbers anew:
        all of it, since every letter that is here already is known by its content.
        """
        validity, highest = await asyncio.to_thread(box.state)
        known = await read_until(self._rt, self._name)
        after = None if known is None else known.uid if known.validity == validity else 0
        waiting = await asyncio.to_thread(box.waiting, after)
        for uid in waiting:
            await self._hold()
            await self._one(box, uid)
        now = Cursor(validity, max([highest, *waiting]))
        if now != known:
            await note_read(self._rt, self._name, now)
        self.rounds += 1
        return len(waiting)

    async def _one(self, box: Box, uid: int) -> None:
        found = await asyncio.to_thread(box.raw, uid, self._rules.largest_bytes)
        if found is None:
            return
        raw, cut = found

        async def broken(error: Exception) -> Taken:
            # Its number is passed over with this round: its bytes must be here by then.
            log.error("letter_kept_unparsed", code=type(error).__name__)
            return await keep_unread(self._rt, raw)

        await guarded(partial(take_letter, self._rt, raw, cut=cut), broken)
        await asyncio.to_thread(box.done, uid, self._rules.done_folder)


async def _rest(stopping: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)


def _code_of(error: Exception) -> str:
    if isinstance(error, Unavailable):
        return error.code
    if isinstance(error, MailboxLoginError | imaplib.IMAP4.error):
        return "sign_in_refused" if isinstance(error, MailboxLoginError) else "imap_error"
    return type(error).__name__
