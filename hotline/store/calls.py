"""Calls: one row each, and the ledger of all that was heard of them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, exists, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.cases.call_event import CallWhat, Ended, Happened
from hotline.cases.terms import CallState, PresenceState
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store import contacts as stored
from hotline.store.tables import contact_traces, contacts, people
from hotline.store.tables_channels import (
    call_events,
    callbacks,
    calls,
    presence,
    recordings,
)
from hotline.store.transaction import Transaction

# Literal, as in the index: what is unfinished is found among years of calls.
_WRITTEN_UP = calls.c.state == literal_column(f"'{CallState.WRAP_UP}'")
_UNFINISHED = or_(calls.c.ended_at.is_(None), _WRITTEN_UP)


async def find(tx: Transaction, pbx: str, call_ref: str) -> Row[Any] | None:
    """Return a call by what its exchange calls it, or None."""
    return await tx.one(
        select(calls).where(calls.c.pbx == pbx, calls.c.call_ref == call_ref)
    )


async def by_id(tx: Transaction, call_id: int, *, lock: bool = False) -> Row[Any] | None:
    """Return one call, or None."""
    statement = select(calls).where(calls.c.id == call_id)
    return await tx.one(statement.with_for_update() if lock else statement)


async def lock_or_make(
    tx: Transaction, pbx: str, call_ref: str, values: Mapping[str, Any]
) -> Row[Any]:
    """Return the call, locked; made with `values` when it was never heard of."""
    fresh = upsert(calls).values(pbx=pbx, call_ref=call_ref, **values)
    await tx.run(fresh.on_conflict_do_nothing(index_elements=["pbx", "call_ref"]))
    row = await tx.one(
        select(calls)
        .where(calls.c.pbx == pbx, calls.c.call_ref == call_ref)
        .with_for_update()
    )
    assert row is not None  # noqa: S101  it was there, or was made just now
    return row


async def note(tx: Transaction, call_id: int, event: Happened) -> bool:
    """Keep what was heard of a call; return False when it had been heard before."""
    told = {"operator": event.operator_id, "digit": event.digit, "reason": event.reason}
    row = upsert(call_events).values(
        at=event.at,
        call_id=call_id,
        event=event.what,
        key=event.key,
        data={name: value for name, value in told.items() if value is not None},
    )
    return bool(await tx.run(row.on_conflict_do_nothing(index_elements=["call_id", "key"])))


async def story(tx: Transaction, call_id: int) -> list[Happened]:
    """Return all that was heard of a call; what is no event of the fold is left out."""
    return (await stories(tx, [call_id]))[call_id]


def _happened(row: Row[Any]) -> Happened:
    return Happened(
        CallWhat(row.event),
        row.at,
        row.key,
        row.data.get("operator"),
        row.data.get("digit"),
        Ended(row.data["reason"]) if "reason" in row.data else None,
    )


async def change(tx: Transaction, call_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of one call."""
    await tx.run(update(calls).where(calls.c.id == call_id).values(**dict(values)))


async def open_of(tx: Transaction, pbx: str | None = None) -> Sequence[Row[Any]]:
    """Return the calls that have not ended, oldest first; of one exchange, or of all."""
    mine = [calls.c.pbx == pbx] if pbx is not None else []
    return await tx.rows(
        select(calls).where(calls.c.ended_at.is_(None), *mine).order_by(calls.c.id)
    )


async def ends_of(tx: Transaction, pbx: str, refs: Sequence[str]) -> dict[str, Row[Any]]:
    """Return how each of these calls ended and when it began; unknown ones are left out."""
    rows = await tx.rows(
        select(calls.c.call_ref, calls.c.ended, calls.c.started_at).where(
            calls.c.pbx == pbx, calls.c.call_ref.in_(refs)
        )
    )
    return {row.call_ref: row for row in rows}


async def of_operator(tx: Transaction, person_id: int) -> Sequence[Row[Any]]:
    """Return the calls that ring at, are with, or are being wrapped up by a person."""
    return await tx.rows(
        select(calls)
        .where(calls.c.operator_id == person_id, _UNFINISHED)
        .order_by(calls.c.id)
    )


async def of_person(
    tx: Transaction, viewer: Viewer, call_id: int, *, lock: bool = False
) -> Row[Any]:
    """Return a call that is with the viewer. Errors: NotFound, also for a conflict."""
    row = await by_id(tx, call_id, lock=lock)
    if row is None or not viewer.at_111 or row.operator_id != viewer.person_id:
        raise NotFound("no such call")
    found = await stored.by_ids(tx, [row.contact_id])
    if not found or stored.keeps_out(tx, found[0]):
        raise NotFound("no such call")
    return row


async def overdue(tx: Transaction, longest: timedelta, limit: int) -> Sequence[Row[Any]]:
    """Return calls whose wrap-up is over or that last impossibly long, locked."""
    wrapped = _WRITTEN_UP & (calls.c.wrap_up_until <= tx.now)
    endless = calls.c.ended_at.is_(None) & (calls.c.started_at <= tx.now - longest)
    return await tx.rows(
        select(calls)
        .where(or_(wrapped, endless))
        .order_by(calls.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


async def silent_before(tx: Transaction, call: Any, span: timedelta) -> bool:
    """Return whether this number rang without a sound not long before `call`."""
    if call is None or call.caller_hash is None:
        return False
    row = await tx.one(
        select(calls.c.id)
        .where(
            calls.c.caller_hash == call.caller_hash,
            calls.c.silent,
            calls.c.id != call.id,
            calls.c.started_at.between(call.started_at - span, call.started_at),
        )
        .limit(1)
    )
    return row is not None


async def earlier(tx: Transaction, caller: bytes, but: int | None) -> Sequence[Row[Any]]:
    """Return the contacts that carry the number of `caller`, newest first: who they are
    is for people to say, since families share telephones.
    """
    return await tx.rows(
        select(contacts.c.id, contacts.c.case_id, contacts.c.received_at)
        .join(contact_traces, contact_traces.c.contact_id == contacts.c.id)
        .where(
            contact_traces.c.kind == "phone",
            contact_traces.c.trace_hash == caller,
            contacts.c.id != func.coalesce(but, 0),
        )
        .order_by(contacts.c.id.desc())
        .limit(50)
    )


async def stories(tx: Transaction, call_ids: Sequence[int]) -> dict[int, list[Happened]]:
    """Return all that was heard of each of these calls, in one read."""
    rows = await tx.rows(
        select(call_events)
        .where(call_events.c.call_id.in_(call_ids), call_events.c.event.in_(list(CallWhat)))
        .order_by(call_events.c.id)
    )
    found: dict[int, list[Happened]] = {call_id: [] for call_id in call_ids}
    for row in rows:
        found[row.call_id].append(_happened(row))
    return found


async def note_step(
    tx: Transaction, call_id: int, event: str, key: str, data: Mapping[str, Any]
) -> bool:
    """Keep a step that is none of the call's own life: a service that was dialled."""
    row = upsert(call_events).values(
        at=tx.now, call_id=call_id, event=event, key=key, data=dict(data)
    )
    return bool(await tx.run(row.on_conflict_do_nothing(index_elements=["call_id", "key"])))


async def steps(tx: Transaction, call_id: int, *events: str) -> Sequence[Row[Any]]:
    """Return such steps of a call, oldest first."""
    return await tx.rows(
        select(call_events)
        .where(call_events.c.call_id == call_id, call_events.c.event.in_(events))
        .order_by(call_events.c.id)
    )


async def ready_operators(tx: Transaction) -> Sequence[Row[Any]]:
    """Return who is ready, has a telephone and no call, the longest ready first."""
    busy = exists().where(calls.c.operator_id == presence.c.person_id, _UNFINISHED)
    return await tx.rows(
        select(presence.c.person_id, presence.c.extension)
        .join(people, people.c.id == presence.c.person_id)
        .where(
            people.c.active,
            presence.c.state == PresenceState.READY,
            presence.c.extension.is_not(None),
            ~busy,
        )
        .order_by(presence.c.since, presence.c.person_id)
    )


async def forget(tx: Transaction, contact_id: int) -> None:
    """Remove what a number could find of a forgotten person's calls, and their voice."""
    await tx.run(
        update(calls).where(calls.c.contact_id == contact_id).values(caller_hash=None)
    )
    await tx.run(
        update(callbacks)
        .where(callbacks.c.contact_id == contact_id)
        .values(caller_hash=None)
    )
    await tx.run(
        update(callbacks)
        .where(callbacks.c.contact_id == contact_id, callbacks.c.state == "open")
        .values(state="cancelled", reason="forgotten", ended_at=tx.now)
    )
    gone = {"state": "deleted", "reason": "forgotten", "deleted_at": tx.now}
    await tx.run(
        update(recordings)
        .where(recordings.c.contact_id == contact_id, recordings.c.state == "stored")
        .values(sealed_content=None, **gone)
    )
