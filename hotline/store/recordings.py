"""Recordings of calls: where each stands, and its sealed content."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, func, insert, literal_column, select, update

from hotline.store.retention_held import held_contact
from hotline.store.tables_channels import calls, recordings
from hotline.store.transaction import Transaction

_BRIEF = [column for column in recordings.c if column.name != "sealed_content"]


async def put(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Add a recording that begins now; return its id."""
    row = await tx.one(
        insert(recordings)
        .values({"state": "recording", "started_at": tx.now, **dict(values)})
        .returning(recordings.c.id)
    )
    assert row is not None  # noqa: S101  an INSERT ... RETURNING returns
    return int(row.id)


async def of_call(tx: Transaction, call_id: int) -> Sequence[Row[Any]]:
    """Return a call's recordings without their content, oldest first."""
    return await tx.rows(
        select(*_BRIEF).where(recordings.c.call_id == call_id).order_by(recordings.c.id)
    )


async def named(tx: Transaction, name: str) -> Row[Any] | None:
    """Return the recording that the exchange calls `name`, locked, or None."""
    return await tx.one(select(*_BRIEF).where(recordings.c.name == name).with_for_update())


async def by_ids(
    tx: Transaction, ids: Sequence[int], *, lock: bool = False
) -> Sequence[Row[Any]]:
    """Return recordings without their content, in order of id."""
    found = select(*_BRIEF).where(recordings.c.id.in_(ids)).order_by(recordings.c.id)
    return await tx.rows(found.with_for_update() if lock else found)


async def change(tx: Transaction, recording_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of one recording."""
    await tx.run(
        update(recordings).where(recordings.c.id == recording_id).values(**dict(values))
    )


async def forgotten_ends(tx: Transaction, patience: timedelta) -> Sequence[int]:
    """Return recordings whose call ended `patience` ago and whose own end nobody heard."""
    rows = await tx.rows(
        select(recordings.c.id)
        .join(calls, calls.c.id == recordings.c.call_id)
        .where(
            recordings.c.state == literal_column("'recording'"),  # as in the index
            recordings.c.seconds.is_(None),
            calls.c.ended_at <= tx.now - patience,
        )
        .limit(100)
        .with_for_update(of=recordings, skip_locked=True)
    )
    return [row.id for row in rows]


async def mark_ended(tx: Transaction, recording_id: int, seconds: int) -> None:
    """Write how long a recording is: it waits to be fetched."""
    await change(tx, recording_id, {"seconds": seconds})


async def drop_due(tx: Transaction) -> int:
    """Delete the contents whose time is over, but of no held case; return how many."""
    return await tx.run(
        update(recordings)
        .where(
            recordings.c.state == literal_column("'stored'"),  # as in the index
            recordings.c.keep_until <= tx.now,
            ~held_contact(recordings.c.contact_id),
        )
        .values(state="deleted", deleted_at=tx.now, sealed_content=None, reason="term")
    )


async def size_of(tx: Transaction, recording_id: int) -> int:
    """Return how long the sealed content is. Units: bytes; 0 where there is none."""
    row = await tx.one(
        select(func.coalesce(func.length(recordings.c.sealed_content), 0)).where(
            recordings.c.id == recording_id
        )
    )
    return 0 if row is None else int(row[0])
