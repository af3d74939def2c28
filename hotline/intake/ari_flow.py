"""What becomes of each event of the exchange: serial for one call, side by side for many.

Nothing here ends the line: an outage of the store puts the event into the spool, and a fault
of ours makes a call that is just beginning a contact that a person looks at.
"""

import asyncio
from dataclasses import replace
from datetime import datetime
from functools import partial

import msgspec
import structlog

from hotline.actions.follow_call import PHONE, follow_call, inbound_of
from hotline.actions.follow_leg import clear_away, leg_came, leg_held, leg_left, note_leg
from hotline.actions.keep_recording import recording_ended, refuse_by_caller
from hotline.actions.receive_contact import receive_contact
from hotline.actions.steps.halve import guarded
from hotline.cases.call import Follow
from hotline.cases.call_event import CallEvent, CallWhat
from hotline.cases.call_leg import LegKind
from hotline.cases.call_people import Step
from hotline.cases.inbound import Inbound, InboundKind
from hotline.errors import Unavailable
from hotline.intake.ari import (
    Answered,
    Bridged,
    LegEvent,
    LegWhat,
    Recorded,
    Replaced,
    Said,
    read,
)
from hotline.notify.ari import Ari
from hotline.runtime import Runtime
from hotline.store import calls
from hotline.store.spool import Spool

_AT_ONCE = 16
_MAKE = (CallWhat.RINGING, CallWhat.ENDED)  # the others say nothing of a call unknown to us
_STEPS = {
    LegWhat.RINGING: Step.RINGING,
    LegWhat.ANSWERED: Step.ANSWERED,
    LegWhat.FAILED: Step.FAILED,
}
log = structlog.get_logger()


class _Kept(msgspec.Struct):
    """An event in the spool, with the moment at which it was heard."""

    at: datetime
    raw: bytes


class Flow:
    """The events of one line."""

    def __init__(self, rt: Runtime, ari: Ari, spool: Spool) -> None:
        self._rt = rt
        self._ari = ari
        self._spool = spool
        self._lines: dict[str, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self.replaced = asyncio.Event()
        self.pbx: str | None = None

    async def hear(self, raw: bytes) -> Answered | None:
        """Take one message in; return an answer to a request of ours, if it is one.

        Only the spool is waited for: while something stands in it, what is new goes behind.
        """
        heard = self._rt.clock.now()
        said = self._read(raw, heard)
        if isinstance(said, Answered):
            return said
        if isinstance(said, Replaced):
            self.replaced.set()
        elif said is not None and self._spool.waiting:
            await self._keep(_Kept(heard, raw))
        elif said is not None:
            self._begin(said, _Kept(heard, raw))
        return None

    async def drain(self) -> int:
        """Take in what was kept during an outage. Errors: Unavailable."""
        if not self._spool.waiting:
            return 0
        await self.settle()

        async def take(record: bytes) -> None:
            try:
                kept = msgspec.msgpack.decode(record, type=_Kept)
            except msgspec.DecodeError:  # of another version: it must not stop what follows
                log.error("call_spool_unreadable")  # noqa: TRY400
                return
            said = self._read(kept.raw, kept.at)
            if said is not None:
                await self._guarded(said)

        return await self._spool.drain(take)

    async def settle(self) -> None:
        """Wait until all that was heard so far is done."""
        while self._lines:
            await asyncio.wait(list(self._lines.values()))

    def _read(self, raw: bytes, heard: datetime) -> Said | None:
        try:
            told = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            log.warning("ari_message_unreadable", size=len(raw))
            return None
        said = read(told, heard, raw)
        if isinstance(said, CallEvent):
            self.pbx = said.pbx
        return said

    def _begin(self, said: Said, kept: _Kept) -> None:
        """Do it after whatever is still being done for the same call."""
        name = _line_of(said)
        doing = asyncio.create_task(self._after(self._lines.get(name), said, kept))
        self._lines[name] = doing
        doing.add_done_callback(lambda task: self._end(name, task))

    def _end(self, name: str, task: asyncio.Task[None]) -> None:
        if self._lines.get(name) is task:
            del self._lines[name]

    async def _after(
        self, before: asyncio.Task[None] | None, said: Said, kept: _Kept
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        async with self._turns:
            try:
                await self._guarded(said)
            except Unavailable:
                await self._keep(kept)

    async def _guarded(self, said: Said) -> None:
        """Do it; a fault of ours is told, and a caller is not lost by it. Errors: Unavailable."""

        async def broken(error: Exception) -> None:
            log.error("call_event_failed", error=type(error).__name__)
            if isinstance(said, CallEvent) and said.what in _MAKE:
                lost = replace(inbound_of(said), kind=InboundKind.UNPARSED, identity=None)
                await receive_contact(self._rt, lost)

        await guarded(partial(self._do, said), broken)

    async def _keep(self, kept: _Kept) -> None:
        try:
            await self._spool.append(msgspec.msgpack.encode(kept))
            log.warning("call_event_spooled")
        except OSError as error:
            log.error("call_spool_failed", error=type(error).__name__)  # noqa: TRY400

    async def _do(self, said: Said) -> None:
        if isinstance(said, CallEvent):
            await self._call(said)
        elif isinstance(said, LegEvent):
            await self._leg(said)
        elif isinstance(said, Bridged):
            await self._bridged(said)
        elif isinstance(said, Recorded):
            await recording_ended(self._rt, said.name, well=said.well, seconds=said.seconds)
        elif isinstance(said, Inbound):
            await receive_contact(self._rt, said)

    async def _call(self, event: CallEvent) -> None:
        if event.what not in _MAKE and not await self._known(event):
            return
        told = await follow_call(self._rt, event)
        if Follow.BEGAN in told.follows and told.facts.ended_at is None:
            await self._ari.ring(event.call_ref)
        if event.what is CallWhat.ENDED:
            await clear_away(self._rt, self._ari, told.call_id)
        if told.fresh and told.facts.recording_refused:
            await refuse_by_caller(self._rt, self._ari, told.call_id)

    async def _known(self, event: CallEvent) -> bool:
        async with self._rt.transaction(PHONE) as tx:
            return await calls.find(tx, event.pbx, event.call_ref) is not None

    async def _bridged(self, said: Bridged) -> None:
        """A caller and somebody hear each other, led by another program: it was answered."""
        async with self._rt.transaction(PHONE) as tx:
            known = await calls.ends_of(tx, said.pbx, said.channels)
        if len(known) == 1:  # two callers in one room have nobody yet
            [caller] = known
            event = CallEvent(CallWhat.ANSWERED, said.pbx, caller, said.at, "bridged")
            await follow_call(self._rt, event)
            await self._ari.listen_for_talk(caller)

    async def _leg(self, event: LegEvent) -> None:
        leg = event.leg
        if event.what is LegWhat.UP:
            await leg_came(self._rt, self._ari, leg)
        elif event.what is LegWhat.GONE:
            await leg_left(self._rt, self._ari, leg)
        elif event.what in (LegWhat.HELD, LegWhat.RESUMED):
            await leg_held(self._rt, leg, on=event.what is LegWhat.HELD)
        elif leg.kind is not LegKind.OPERATOR:
            await note_leg(self._rt, leg, _STEPS[event.what])


def _line_of(said: Said) -> str:
    if isinstance(said, CallEvent):
        return f"call:{said.call_ref}"
    if isinstance(said, LegEvent):
        return f"leg:{said.leg.call_id}"
    if isinstance(said, Bridged):
        return f"call:{said.channels[0]}"  # who was in the room first
    return f"recording:{said.name}" if isinstance(said, Recorded) else "other"
