"""Messages to people: one row each, from `queued` to what became of it; a ledger of moves."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.cases.inbound import DeliveryReport
from hotline.cases.terms import OutboundState
from hotline.store.tables_channels import left_threads, outbound, outbound_events
from hotline.store.transaction import Nudge, Transaction

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
    mine = outbound.c.channel == told.channel, outbound.c.account == told.account
    if told.our_id is not None:
        known = outbound.c.id == told.our_id
    elif told.provider_id is not None:
        known = outbound.c.provider_id == told.provider_id
    else:
        return None
    return await tx.one(select(outbound).where(*mine, known).with_for_update())


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
    if provider_id is not None:
        values["provider_id"] = provider_id
    await tx.run(update(outbound).where(outbound.c.id == row.id).values(**values))
    tx.append(outbound_events, {"outbound_id": row.id, "state": state, "reason": reason})
    tx.nudge(Nudge("contact"))


async def shut_thread(tx: Transaction, thread: bytes, channel: str) -> None:
    """Keep that a person shut the thread to us."""
    row = upsert(left_threads).values(thread_hash=thread, channel=channel, at=tx.now)
    await tx.run(row.on_conflict_do_nothing())


async def open_thread(tx: Transaction, thread: bytes) -> None:
    """Keep that a person opened the thread again."""
    await tx.run(delete(left_threads).where(left_threads.c.thread_hash == thread))
