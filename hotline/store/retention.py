"""Periods of keeping, what is due, legal holds, and the log of runs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, insert, not_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.cases.terms import CaseStatus
from hotline.store.retention_held import held_case
from hotline.store.retention_more import MORE
from hotline.store.tables import cases, contacts, keys
from hotline.store.tables_admin import legal_holds, retention_periods, retention_runs
from hotline.store.tables_oversight import oversight_acts
from hotline.store.transaction import Transaction

_CLOSED = ("closed", "spam")


async def periods(tx: Transaction) -> dict[str, int]:
    """Return the days that two people set, by kind."""
    rows = await tx.rows(select(retention_periods.c.kind, retention_periods.c.days))
    return {row.kind: int(row.days) for row in rows}


async def put_period(tx: Transaction, kind: str, days: int) -> None:
    """Keep a period."""
    statement = upsert(retention_periods).values(kind=kind, days=days)
    await tx.run(
        statement.on_conflict_do_update(index_elements=["kind"], set_={"days": days})
    )


def _due(
    kind: str, until: datetime, grave: Sequence[str]
) -> tuple[Any, ColumnElement[bool]]:
    """Return the table and the condition of what is due: closed before `until`, key alive."""
    alive_of = contacts if kind == "contact" else cases
    alive = exists().where(keys.c.owner_id == alive_of.c.id, keys.c.wrapped.is_not(None))
    if kind == "contact":
        over = and_(
            contacts.c.case_id.is_(None),
            contacts.c.state.in_(_CLOSED),
            contacts.c.closed_at <= until,
        )
        return contacts, and_(over, alive)
    child = and_(cases.c.about_child, cases.c.category.in_(list(grave)))
    ours = child if kind == "child_case" else not_(child)
    over = and_(cases.c.status == CaseStatus.CLOSED, cases.c.closed_at <= until, ours)
    return cases, and_(over, alive)


def _held() -> ColumnElement[bool]:
    return held_case(cases.c.id)


async def count_due(
    tx: Transaction, kind: str, days: int, grave: Sequence[str]
) -> tuple[int, int]:
    """Return how many of a kind are due, and how many of these a legal hold keeps."""
    if kind in MORE:
        return await MORE[kind].count(tx, tx.now - timedelta(days=days))
    table, due = _due(kind, tx.now - timedelta(days=days), grave)
    row = await tx.one(select(func.count()).select_from(table).where(due))
    if table is contacts:
        return int(row[0]) if row else 0, 0
    held = await tx.one(select(func.count()).select_from(cases).where(due, _held()))
    return int(row[0]) if row else 0, int(held[0]) if held else 0


async def take_due(
    tx: Transaction, kind: str, days: int, grave: Sequence[str], limit: int
) -> list[int]:
    """Return the ids of what is due and not held, locked, oldest first."""
    table, due = _due(kind, tx.now - timedelta(days=days), grave)
    asked = select(table.c.id).where(due)
    if table is cases:
        asked = asked.where(not_(_held()))
    rows = await tx.rows(
        asked.order_by(table.c.id).limit(limit).with_for_update(skip_locked=True)
    )
    return [int(row.id) for row in rows]


async def end_due(tx: Transaction, kind: str, days: int, limit: int) -> int:
    """End so many of what is due of a kind that is neither contact nor case; return how many."""
    return await MORE[kind].end(tx, tx.now - timedelta(days=days), limit)


async def keys_of_case(tx: Transaction, case_id: int) -> list[int]:
    """Return the owners of the keys that go with a case: its own, and of what oversaw it.

    A commissioner's inquiry tells of the same child.
    """
    rows = await tx.rows(
        select(oversight_acts.c.id).where(oversight_acts.c.case_id == case_id)
    )
    return [case_id, *(int(row.id) for row in rows)]


async def hold(tx: Transaction, case_id: int, reason: str) -> bool:
    """Let a case be kept whatever its period; return whether it was not held before."""
    # Lets no run of deletion take the case between this and the commit.
    await tx.one(select(cases.c.id).where(cases.c.id == case_id).with_for_update())
    statement = upsert(legal_holds).values(
        case_id=case_id, reason=reason, held_at=tx.now, held_by=tx.actor.person_id
    )
    done = await tx.run(
        statement.on_conflict_do_nothing(
            index_elements=["case_id"], index_where=legal_holds.c.lifted_at.is_(None)
        )
    )
    return done == 1


async def any_held(tx: Transaction, case_ids: Collection[int | None]) -> bool:
    """Return whether a legal hold keeps one of these cases."""
    ids = [one for one in case_ids if one is not None]
    held = and_(legal_holds.c.case_id.in_(ids), legal_holds.c.lifted_at.is_(None))
    return await tx.one(select(legal_holds.c.id).where(held).limit(1)) is not None


async def lift(tx: Transaction, case_id: int) -> bool:
    """End the hold of a case; return whether there was one."""
    ended = {"lifted_at": tx.now, "lifted_by": tx.actor.person_id}
    standing = legal_holds.c.lifted_at.is_(None)
    done = await tx.run(
        update(legal_holds)
        .where(legal_holds.c.case_id == case_id, standing)
        .values(**ended)
    )
    return done == 1


async def held_now(tx: Transaction, condition: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Return the holds that stand, of cases under `condition`."""
    return await tx.rows(
        select(legal_holds, cases.c.number)
        .join(cases, cases.c.id == legal_holds.c.case_id)
        .where(legal_holds.c.lifted_at.is_(None), condition)
        .order_by(legal_holds.c.id.desc())
    )


async def note_run(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Write what one run did; the table refuses figures that do not add up."""
    await tx.run(insert(retention_runs).values(at=tx.now, **dict(values)))


async def runs(tx: Transaction, limit: int = 30) -> Sequence[Row[Any]]:
    """Return the newest runs."""
    return await tx.rows(
        select(retention_runs).order_by(retention_runs.c.id.desc()).limit(limit)
    )


async def last_run(tx: Transaction) -> datetime | None:
    """Return when the newest run was."""
    row = await tx.one(select(func.max(retention_runs.c.at)))
    return row[0] if row else None
