"""Call-backs: somebody gave up waiting, and a safe way to call them is recorded."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from hotline.store.tables_channels import callbacks, calls
from hotline.store.transaction import Transaction


async def recent(tx: Transaction, call: Row[Any], span: timedelta) -> bool:
    """Return whether this call has a call-back, or its caller has an open or recent one.

    Two calls of one number that end in one moment wait for each other here.
    """
    turn = int.from_bytes(call.caller_hash[:8], "big", signed=True)
    await tx.run(select(func.pg_advisory_xact_lock(turn)))
    row = await tx.one(
        select(callbacks.c.id)
        .where(
            (callbacks.c.call_id == call.id)
            | (
                (callbacks.c.caller_hash == call.caller_hash)
                & ((callbacks.c.state == "open") | (callbacks.c.made_at > tx.now - span))
            )
        )
        .limit(1)
    )
    return row is not None


async def through_since(tx: Transaction, caller: bytes, call: Row[Any]) -> bool:
    """Return whether the same caller reached a person after `call` had begun."""
    row = await tx.one(
        select(calls.c.id)
        .where(
            calls.c.caller_hash == caller,
            calls.c.answered_at >= call.started_at,
            calls.c.id != call.id,
        )
        .limit(1)
    )
    return row is not None


async def put(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Add one open call-back."""
    row = {"state": "open", "made_at": tx.now, "next_at": tx.now, **values}
    await tx.run(insert(callbacks).values(row))


async def cancel(tx: Transaction, caller: bytes, reason: str) -> int:
    """End the open call-backs of a caller; return how many there were."""
    return await tx.run(
        update(callbacks)
        .where(callbacks.c.caller_hash == caller, callbacks.c.state == "open")
        .values(state="cancelled", reason=reason, ended_at=tx.now)
    )
