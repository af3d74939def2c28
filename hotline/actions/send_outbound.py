"""Use case (a job): hand one message to its provider, at most once unless it surely failed.

Queue: outward, in the lane of its channel. `sending` is committed before the provider is
asked: who dies after that leaves a message that is `uncertain`, and never goes by itself again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hotline.actions.steps.write_out import Reach, judge, reach_of
from hotline.cases.terms import Channel, JobName, OutboundKind, OutboundState
from hotline.identity.viewer import Machine
from hotline.notify.transport import (
    Failed,
    Letter,
    Retry,
    SendResult,
    Sent,
    Suppressed,
    Uncertain,
)
from hotline.notify.transports import open_line, open_transports
from hotline.routing.outbound import Deposit, Send, Suppress, Wait
from hotline.runtime import Runtime
from hotline.store import contacts, keys, outbound, outbox, signs
from hotline.store.outbox import Promise
from hotline.store.transaction import Transaction

SENDER = Machine("sender")
_GRACE = timedelta(seconds=30)  # beyond a provider's time-out: then whoever sent it is dead
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 5.0, 900.0
_LONGEST_WISH_S = 3600.0  # a provider's own; what is longer is asked again, then given up
# What says something of the provider or of our account there, not of one message.
_AWAY = frozenset(
    {"token_expired", "no_line", "timeout", "line_broke", "bad_answer"}
    | {"http_401", "http_403", "smtp_530", "smtp_535"}
)
_ENDS = {
    Sent: OutboundState.SENT,
    Failed: OutboundState.FAILED,
    Suppressed: OutboundState.SUPPRESSED,
    Uncertain: OutboundState.UNCERTAIN,
}


@dataclass(frozen=True, slots=True)
class _Ready:
    """One message that is `sending` and has yet to be handed over."""

    promise: Promise
    channel: Channel
    letter: Letter = field(repr=False)


async def channels_of(rt: Runtime, outbox_ids: Sequence[int]) -> list[tuple[int, Channel]]:
    """Return the outbox rows that are open, each with the channel whose lane it goes in."""
    async with rt.transaction(SENDER) as tx:
        rows = await outbound.channels_of(tx, outbox_ids)
    return [(row.outbox_id, Channel(row.channel)) for row in rows]


async def send_outbound(rt: Runtime, outbox_ids: Sequence[int]) -> int:
    """Send what outbox rows `outbox_ids` promise, one by one; return how many were open.

    Errors: Unavailable.
    """
    return sum([await _send(rt, outbox_id) for outbox_id in outbox_ids])


async def _send(rt: Runtime, outbox_id: int) -> int:
    async with rt.transaction(SENDER) as tx:
        promised = await outbox.claim(tx, JobName.SEND_OUTBOUND, [outbox_id])
        if not promised:
            return 0
        ready = await _prepare(rt, tx, promised[0])
    if ready is not None:
        result = await _hand_over(rt, ready)
        async with rt.transaction(SENDER) as tx:
            await _book(rt, tx, ready, result)
    return 1


async def _prepare(rt: Runtime, tx: Transaction, promise: Promise) -> _Ready | None:
    """Judge the message anew; None where nothing is to be sent now."""
    row = await outbound.locked(tx, promise.subject_id)
    if row is not None and row.state == OutboundState.SENDING:
        await _doubt(rt, tx, promise, row)
        return None
    if row is None or row.state != OutboundState.QUEUED:
        await outbox.finish(tx, [promise.id])
        return None
    if row.reason is not None and row.not_before is not None and row.not_before > tx.now:
        await outbox.put_off(tx, [promise.id], row.not_before)  # the provider's own pause
        return None
    contact = (await contacts.by_ids(tx, [row.contact_id]))[0]
    reach = await reach_of(tx, contact)
    kind = OutboundKind(row.kind)
    match await judge(rt, tx, contact, reach, kind, outbound_id=row.id):
        case Wait(until):
            await outbound.put_off(tx, row, until)
            await outbox.put_off(tx, [promise.id], until)
        case Suppress(code) | Deposit(code):
            await outbound.move(tx, row, OutboundState.SUPPRESSED, reason=code)
            await outbox.finish(tx, [promise.id])
        case Send():
            await outbound.begin(tx, row)
            await outbox.put_off(tx, [promise.id], tx.now + _span(rt, row.channel))
            letter = await _letter(tx, row, contact, reach)
            return _Ready(promise, Channel(row.channel), letter)
    return None


async def _doubt(rt: Runtime, tx: Transaction, promise: Promise, row: Any) -> None:
    """Leave a message that is under way alone; once its span is over, nobody knows."""
    over = row.tried_at + _span(rt, row.channel)
    if over > tx.now:
        await outbox.put_off(tx, [promise.id], over)
        return
    await outbound.move(tx, row, OutboundState.UNCERTAIN, reason="interrupted")
    await outbox.finish(tx, [promise.id])


async def _letter(tx: Transaction, row: Any, contact: Any, reach: Reach) -> Letter:
    key = await keys.load_one(tx, row.contact_id)
    template = row.kind == OutboundKind.TEMPLATE
    return Letter(
        outbound_id=row.id,
        to=reach.to or "",
        text=key.open_text("outbound", row.sealed_text),
        locale=row.locale,
        template=row.wording if template else None,
        facts={**reach.extra, "receipt": contact.receipt, "contact_id": str(contact.id)},
    )


async def _hand_over(rt: Runtime, ready: _Ready) -> SendResult:
    """Return what became of it; outside any transaction, since a provider may be slow."""
    timeout_s = rt.config.channels.channels[ready.channel].timeout_s
    transport = open_transports(rt.settings).get(ready.channel)
    if transport is None:
        return Failed("not_configured")
    try:
        async with asyncio.timeout(timeout_s + 1), open_line(timeout_s) as line:
            return await transport.send(line, ready.letter)
    except TimeoutError:
        return Uncertain("timeout")


async def _book(rt: Runtime, tx: Transaction, ready: _Ready, result: SendResult) -> None:
    """Keep what became of it. A report of the provider may have been quicker."""
    await outbox.claim(tx, JobName.SEND_OUTBOUND, [ready.promise.id])
    await _sign(tx, ready.channel, result)
    row = await outbound.locked(tx, ready.promise.subject_id)
    if row is None:
        return
    rules = rt.config.channels.channels[ready.channel]
    if isinstance(result, Retry) and row.state == OutboundState.SENDING:
        if row.attempts < rules.attempts:
            growing = min(_FIRST_PAUSE_S * 2 ** (row.attempts - 1), _LONGEST_PAUSE_S)
            pause = max(min(result.after_s, _LONGEST_WISH_S), growing)
            until = tx.now + timedelta(seconds=pause)
            await outbound.put_off(tx, row, until, result.code)
            await outbox.put_off(tx, [ready.promise.id], until)
            return
        result = Failed(result.code)
    await _end(tx, row, result)
    await outbox.finish(tx, [ready.promise.id])


async def _sign(tx: Transaction, channel: Channel, result: SendResult) -> None:
    """Note that the provider answers, or that nothing goes out until a person sees to it."""
    if isinstance(result, Sent | Suppressed):
        await signs.heard(tx, f"{channel}-out")
    # Before a letter whatever breaks has the name of its error: ConnectionRefusedError.
    elif result.code in _AWAY or result.code[:1].isupper():
        await signs.failed(tx, f"{channel}-out", result.code)


async def _end(tx: Transaction, row: Any, result: SendResult) -> None:
    if isinstance(result, Retry):  # a report came meanwhile: it was taken after all
        return
    state = _ENDS[type(result)]
    known = result.provider_id if isinstance(result, Sent) else None
    code = None if isinstance(result, Sent) else result.code
    if outbound.moves(row.state, state):
        await outbound.move(tx, row, state, reason=code, provider_id=known)
    elif known is not None:
        await outbound.name(tx, row, known)
    if isinstance(result, Suppressed) and row.thread_hash is not None:
        await outbound.shut_thread(tx, row.thread_hash, row.channel)


def _span(rt: Runtime, channel: str) -> timedelta:
    rules = rt.config.channels.channels[channel]
    return timedelta(seconds=rules.timeout_s) + _GRACE
