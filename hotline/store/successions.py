"""Plans of succession: which body takes whose place, from which day, and how far it is."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, and_, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from hotline.store.cases import LIVE
from hotline.store.tables import referrals
from hotline.store.tables_routing import successions
from hotline.store.transaction import Transaction
from hotline.store.visibility import superseded

# A transaction that began before midnight may still put a case into the old body's queue.
STRAGGLERS = timedelta(hours=1)


async def plan(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Keep a plan; return its id."""
    known = {"planned_at": tx.now, "planned_by": tx.actor.person_id, **values}
    statement = insert(successions).values(known).returning(successions.c.id)
    row = await tx.one(statement)
    if row is None:
        raise RuntimeError("a succession was not stored")
    return int(row.id)


async def listed(tx: Transaction) -> Sequence[Row[Any]]:
    """Return every plan that was not taken back, newest day first."""
    return await tx.rows(
        select(successions)
        .where(successions.c.cancelled_at.is_(None))
        .order_by(successions.c.on_day.desc(), successions.c.id.desc())
    )


async def by_id(tx: Transaction, succession_id: int) -> Row[Any] | None:
    """Return a plan, locked, or None."""
    statement = select(successions).where(successions.c.id == succession_id)
    return await tx.one(statement.with_for_update())


async def change(tx: Transaction, succession_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a plan."""
    chosen = update(successions).where(successions.c.id == succession_id)
    await tx.run(chosen.values(**dict(values)))


def _unfinished(tx: Transaction, day: date) -> ColumnElement[bool]:
    late = successions.c.done_at > tx.now - STRAGGLERS
    return and_(
        successions.c.cancelled_at.is_(None),
        successions.c.on_day <= day,
        or_(successions.c.done_at.is_(None), and_(late, _has_left())),
    )


def _has_left() -> ColumnElement[bool]:
    """Return whether the old body still holds a case."""
    return (
        select(referrals.c.id)
        .where(referrals.c.body_id == successions.c.from_body, newest_live(referrals))
        .exists()
    )


def newest_live(table: Any) -> ColumnElement[bool]:
    """Return whether a referral is the newest of its body and still stands with it."""
    return and_(table.c.status.in_(sorted(LIVE)), ~superseded(table))


async def take_due(tx: Transaction, day: date) -> Row[Any] | None:
    """Return a plan whose day has come, locked; None when nothing is left or others are at it."""
    return await tx.one(
        select(successions)
        .where(_unfinished(tx, day))
        .order_by(successions.c.on_day, successions.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
