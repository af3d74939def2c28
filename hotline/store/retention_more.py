"""What comes to an end beside contacts and cases; nothing that tells of a held case does.

Each kind has two questions: how much is due and how much of it is held; and its end.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, or_, select, tuple_

from hotline.store import keys
from hotline.store.handovers import remarks_of_many
from hotline.store.retention_held import held_case, held_contact, held_numbers
from hotline.store.tables import drafts, sessions, tokens
from hotline.store.tables import keys as keyring
from hotline.store.tables_admin import password_links
from hotline.store.tables_field import act_drafts, case_drafts
from hotline.store.tables_inbox import bulk_changes, bulk_runs, calendar_feeds, digests_sent
from hotline.store.tables_oversight import oversight_acts
from hotline.store.tables_queue import handovers, reply_drafts
from hotline.store.transaction import Transaction

Condition = ColumnElement[bool]
Counting = Callable[[Transaction, datetime], Awaitable[tuple[int, int]]]
Ending = Callable[[Transaction, datetime, int], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind: (due, held) at a moment, and the end of so many of what is due and free."""

    count: Counting
    end: Ending


async def _count(
    tx: Transaction, table: Table, due: Condition, held: Condition | None
) -> tuple[int, int]:
    row = await tx.one(select(func.count()).select_from(table).where(due))
    both = and_(due, held) if held is not None else None
    kept = None
    if both is not None:
        kept = await tx.one(select(func.count()).select_from(table).where(both))
    return int(row[0]) if row else 0, int(kept[0]) if kept else 0


async def _drop(tx: Transaction, table: Table, free: Condition, limit: int) -> int:
    """Delete so many rows under a condition; another process's are left to it."""
    own = list(table.primary_key.columns)
    rows = await tx.rows(
        select(*own).where(free).limit(limit).with_for_update(skip_locked=True)
    )
    if rows:
        gone = [tuple(row) for row in rows]
        await tx.run(delete(table).where(tuple_(*own).in_(gone)))
    return len(rows)


# Forms that nobody sent: of calls, acts, cases and replies.
def _old_drafts(until: datetime) -> list[tuple[Table, Condition, Condition | None]]:
    waits = drafts.c.postponed_until
    return [
        (
            drafts,
            and_(drafts.c.saved_at <= until, or_(waits.is_(None), waits <= until)),
            None,
        ),
        (act_drafts, act_drafts.c.saved_at <= until, held_case(act_drafts.c.case_id)),
        (case_drafts, case_drafts.c.saved_at <= until, held_case(case_drafts.c.case_id)),
        (
            reply_drafts,
            reply_drafts.c.saved_at <= until,
            held_contact(reply_drafts.c.contact_id),
        ),
    ]


async def _count_tables(
    tx: Transaction, parts: list[tuple[Table, Condition, Condition | None]]
) -> tuple[int, int]:
    found = [await _count(tx, *part) for part in parts]
    return sum(due for due, _ in found), sum(held for _, held in found)


async def _end_tables(
    tx: Transaction, parts: list[tuple[Table, Condition, Condition | None]], limit: int
) -> int:
    gone = 0
    for table, due, held in parts:
        free = due if held is None else and_(due, ~held)
        gone += await _drop(tx, table, free, limit)
    return gone


async def _count_drafts(tx: Transaction, until: datetime) -> tuple[int, int]:
    return await _count_tables(tx, _old_drafts(until))


async def _end_drafts(tx: Transaction, until: datetime, limit: int) -> int:
    (table, due, _), *others = _old_drafts(until)
    own = await tx.rows(
        select(table.c.id).where(due).limit(limit).with_for_update(skip_locked=True)
    )
    ids = [row.id for row in own]
    await tx.run(delete(table).where(table.c.id.in_(ids)))
    await keys.destroy(tx, ids)  # a form of the desk has a key of its own
    return len(ids) + await _end_tables(tx, others, limit)


# Remarks at the change of shifts: the row stays, its key goes.
async def _remarks(
    tx: Transaction, until: datetime, limit: int | None
) -> tuple[list[int], list[int]]:
    """Return hand-overs that are due and free, and those that name what is held."""
    alive = exists().where(
        keyring.c.owner_id == handovers.c.id, keyring.c.wrapped.is_not(None)
    )
    due = select(handovers).where(handovers.c.made_at <= until, alive)
    rows = await tx.rows(due.order_by(handovers.c.id))
    named = await remarks_of_many(tx, rows)
    held = await held_numbers(tx, {one for numbers in named.values() for one in numbers})
    kept = [int(row.id) for row in rows if not held.isdisjoint(named[row.id])]
    return [int(row.id) for row in rows if int(row.id) not in kept][:limit], kept


async def _count_remarks(tx: Transaction, until: datetime) -> tuple[int, int]:
    free, held = await _remarks(tx, until, None)
    return len(free) + len(held), len(held)


async def _end_remarks(tx: Transaction, until: datetime, limit: int) -> int:
    free, _ = await _remarks(tx, until, limit)
    return await keys.destroy(tx, free)


# Letters of the day that went out, and presses for many cases at once.
def _daily(until: datetime) -> list[tuple[Table, Condition, Condition | None]]:
    of_held = exists().where(
        bulk_changes.c.run_id == bulk_runs.c.id, held_case(bulk_changes.c.case_id)
    )
    return [
        (digests_sent, digests_sent.c.day <= until.date(), None),
        (bulk_runs, bulk_runs.c.at <= until, of_held),
    ]


async def _count_daily(tx: Transaction, until: datetime) -> tuple[int, int]:
    return await _count_tables(tx, _daily(until))


async def _end_daily(tx: Transaction, until: datetime, limit: int) -> int:
    letters, (table, due, held) = _daily(until)
    free = and_(due, ~held) if held is not None else due
    rows = await tx.rows(
        select(table.c.id).where(free).limit(limit).with_for_update(skip_locked=True)
    )
    ids = [row.id for row in rows]
    await tx.run(delete(bulk_changes).where(bulk_changes.c.run_id.in_(ids)))
    await tx.run(delete(table).where(table.c.id.in_(ids)))
    return len(ids) + await _end_tables(tx, [letters], limit)


# Sessions, tokens, links and calendars that let nobody in any more.
def _spent(until: datetime) -> list[tuple[Table, Condition, Condition | None]]:
    return [
        (sessions, sessions.c.expires_at <= until, None),
        (tokens, tokens.c.expires_at <= until, None),
        (password_links, password_links.c.expires_at <= until, None),
        (calendar_feeds, calendar_feeds.c.revoked_at <= until, None),
    ]


async def _count_spent(tx: Transaction, until: datetime) -> tuple[int, int]:
    return await _count_tables(tx, _spent(until))


async def _end_spent(tx: Transaction, until: datetime, limit: int) -> int:
    return await _end_tables(tx, _spent(until), limit)


# What a commissioner asked of no case at all; what is of a case goes with the case.
def _ended_oversight(until: datetime) -> Any:
    alive = exists().where(
        keyring.c.owner_id == oversight_acts.c.id, keyring.c.wrapped.is_not(None)
    )
    over = and_(oversight_acts.c.ended_at <= until, oversight_acts.c.case_id.is_(None))
    return and_(over, alive)


async def _count_oversight(tx: Transaction, until: datetime) -> tuple[int, int]:
    return await _count(tx, oversight_acts, _ended_oversight(until), None)


async def _end_oversight(tx: Transaction, until: datetime, limit: int) -> int:
    due = select(oversight_acts.c.id).where(_ended_oversight(until)).limit(limit)
    rows = await tx.rows(due.with_for_update(skip_locked=True))
    return await keys.destroy(tx, [row.id for row in rows])


MORE: Mapping[str, Kept] = {
    "oversight": Kept(_count_oversight, _end_oversight),
    "handover": Kept(_count_remarks, _end_remarks),
    "draft": Kept(_count_drafts, _end_drafts),
    "daily": Kept(_count_daily, _end_daily),
    "session": Kept(_count_spent, _end_spent),
}
