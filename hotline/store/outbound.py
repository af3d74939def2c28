"""Messages to people: one row each, from `queued` to what became of it; a ledger of moves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.cases.inbound import DeliveryReport
from hotline.cases.terms import OutboundKind, OutboundState
from hotline.store import thread_pages
from hotline.store.tables import outbox
from hotline.store.tables_channels import left_threads, outbound, outbound_events
from hotline.store.transaction import Transaction

_ORDER = (  # a report moves a message to the right only
    OutboundState.QUEUED,
    OutboundState.SENDING,
    OutboundState.UNCERTAIN,
    OutboundState.SENT,
    OutboundState.DELIVERED,
    OutboundState.READ,
)
_ENDED = (OutboundState.FAILED, OutboundState.SUPPRESSED)
_MOMENTS = {
    OutboundState.SENT: "sent_at",
    OutboundState.DELIVERED: "delivered_at",
    OutboundState.READ: "read_at",
    OutboundState.FAILED: "ended_at",
    OutboundState.SUPPRESSED: "ended_at",
}


def moves(now: str, then: OutboundState) -> bool:
    """Return whether a message that stands at `now` moves to `then`."""
    if now in _ENDED:
        return False
    if then in _ENDED:
        return now not in (OutboundState.DELIVERED, OutboundState.READ)
    return _ORDER.index(then) > _ORDER.index(OutboundState(now))


async def put(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Insert one message; return its id."""
    row = await tx.one(
        insert(outbound).values(made_at=tx.now, **values).returning(outbound.c.id)
    )
    assert row is not None  # noqa: S101  an INSERT ... RETURNING returns
    tx.append(
        outbound_events,
        {"outbound_id": row.id, "state": values["state"], "reason": values.get("reason")},
    )
    return int(row.id)


async def of_report(tx: Transaction, told: DeliveryReport) -> Row[Any] | None:
    """Return the message that a report is about, locked."""
    mine = [outbound.c.channel == told.channel]
    if told.our_id is not None:
        # Whatever gateway an SMS came by, its answer goes out by the one that has a way out.
        mine.append(outbound.c.id == told.our_id)
    elif told.provider_id is not None:
        mine.append(outbound.c.account == told.account)
        mine.append(outbound.c.provider_id == _kept(tx, told.provider_id))
    else:
        return None
    return await tx.one(select(outbound).where(*mine).with_for_update())


async def move(
    tx: Transaction,
    row: Row[Any],
    state: OutboundState,
    *,
    reason: str | None = None,
    provider_id: str | None = None,
) -> None:
    """Write that a message, locked by the caller, now stands at `state`."""
    values: dict[str, Any] = {"state": state, "reason": reason}
    if state in _MOMENTS:
        values[_MOMENTS[state]] = tx.now
    if provider_id is not None and not await _is_taken(tx, row, provider_id):
        values["provider_id"] = _kept(tx, provider_id)
    await tx.run(update(outbound).where(outbound.c.id == row.id).values(**values))
    tx.append(outbound_events, {"outbound_id": row.id, "state": state, "reason": reason})
    tx.nudge(await thread_pages.changed(tx, row.contact_id))


async def begin(tx: Transaction, row: Row[Any]) -> None:
    """Write, before the provider is asked, that a queued message is under way."""
    await tx.run(
        update(outbound)
        .where(outbound.c.id == row.id)
        .values(attempts=outbound.c.attempts + 1, tried_at=tx.now, not_before=None)
    )
    await move(tx, row, OutboundState.SENDING)


async def go_again(tx: Transaction, row: Row[Any]) -> None:
    """Let a message that is uncertain or failed be sent anew: a person said so."""
    fresh = {"attempts": 0, "not_before": None, "ended_at": None, "provider_id": None}
    await tx.run(update(outbound).where(outbound.c.id == row.id).values(**fresh))
    await move(tx, row, OutboundState.QUEUED)


async def newest(tx: Transaction, contact_id: int) -> Row[Any] | None:
    """Return what was written last to this contact."""
    return await tx.one(
        select(outbound)
        .where(outbound.c.contact_id == contact_id)
        .order_by(outbound.c.id.desc())
        .limit(1)
    )


async def name(tx: Transaction, row: Row[Any], provider_id: str) -> None:
    """Keep the provider's id of a message that a report has moved on already."""
    if row.provider_id is None and not await _is_taken(tx, row, provider_id):
        kept = _kept(tx, provider_id)
        await tx.run(
            update(outbound).where(outbound.c.id == row.id).values(provider_id=kept)
        )


async def put_off(
    tx: Transaction, row: Row[Any], until: datetime, reason: str | None = None
) -> None:
    """Write that a message waits until `until`: safe hours, or a provider's wish."""
    await tx.run(update(outbound).where(outbound.c.id == row.id).values(not_before=until))
    if row.state != OutboundState.QUEUED or row.reason != reason:
        await move(tx, row, OutboundState.QUEUED, reason=reason)


async def locked(tx: Transaction, outbound_id: int) -> Row[Any] | None:
    """Return one message, locked."""
    return await tx.one(
        select(outbound).where(outbound.c.id == outbound_id).with_for_update()
    )


async def channels_of(tx: Transaction, outbox_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return (outbox_id, channel) of the messages that these outbox rows promise."""
    return await tx.rows(
        select(outbox.c.id.label("outbox_id"), outbound.c.channel)
        .join(outbound, outbound.c.id == outbox.c.subject_id)
        .where(outbox.c.id.in_(outbox_ids), outbox.c.done_at.is_(None))
        .order_by(outbox.c.id)
    )


async def lock_thread(tx: Transaction, thread: bytes) -> None:
    """Let nobody else decide about this thread's neutral line until the commit."""
    number = int.from_bytes(thread[:8], "big", signed=True)
    await tx.run(select(func.pg_advisory_xact_lock(number)))


async def told_at(
    tx: Transaction, thread: bytes, but_for: int | None = None
) -> datetime | None:
    """Return when this thread last got its neutral line, `but_for` one message."""
    found = await tx.one(
        select(func.max(outbound.c.made_at).label("at")).where(
            outbound.c.thread_hash == thread,
            outbound.c.kind == OutboundKind.ACK,
            outbound.c.state != OutboundState.SUPPRESSED,
            outbound.c.id != but_for if but_for is not None else outbound.c.id > 0,
        )
    )
    return None if found is None else found.at


async def left_at(tx: Transaction, thread: bytes) -> datetime | None:
    """Return when the person shut this thread to us, last; None: it is open."""
    asked = select(left_threads.c.at).where(left_threads.c.thread_hash == thread)
    row = await tx.one(asked)
    return None if row is None else row.at


async def forget(tx: Transaction, contact_id: int) -> None:
    """Remove by what a forgotten person's messages could be found again."""
    await tx.run(
        update(outbound)
        .where(outbound.c.contact_id == contact_id)
        .values(thread_hash=None, provider_id=None)
    )


async def shut_thread(tx: Transaction, thread: bytes, channel: str) -> None:
    """Keep that a person shut the thread to us."""
    row = upsert(left_threads).values(thread_hash=thread, channel=channel, at=tx.now)
    await tx.run(
        row.on_conflict_do_update(index_elements=["thread_hash"], set_={"at": tx.now})
    )


async def open_thread(tx: Transaction, thread: bytes) -> None:
    """Keep that a person opened the thread again."""
    await tx.run(delete(left_threads).where(left_threads.c.thread_hash == thread))


def _kept(tx: Transaction, provider_id: str) -> str:
    """Return a provider's id as it is kept: some are made of the person's number."""
    return tx.sealer.trace("provider_id", provider_id).hex()


async def _is_taken(tx: Transaction, row: Row[Any], provider_id: str) -> bool:
    """Return whether the provider gave another message the same id: then neither is known."""
    asked = select(outbound.c.id).where(
        outbound.c.channel == row.channel,
        outbound.c.account == row.account,
        outbound.c.provider_id == _kept(tx, provider_id),
        outbound.c.id != row.id,
    )
    return await tx.one(asked) is not None
