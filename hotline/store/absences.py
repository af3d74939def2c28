"""Absences of people: while one lasts, nothing new reaches the person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, text, update

from hotline.cases.terms import PersonId
from hotline.store.tables import people
from hotline.store.tables_routing import absences
from hotline.store.transaction import Transaction


async def now_absent(tx: Transaction) -> dict[PersonId, PersonId | None]:
    """Return who is absent at this moment, and who stands in for them."""
    rows = await tx.rows(
        select(absences.c.person_id, absences.c.deputy_id)
        .where(
            absences.c.cancelled_at.is_(None),
            absences.c.from_at <= tx.now,
            absences.c.to_at > tx.now,
        )
        .order_by(absences.c.deputy_id.is_(None).desc(), absences.c.id)
    )
    # Of two at once the one that names a deputy counts, and of those the newest.
    return {
        PersonId(row.person_id): PersonId(row.deputy_id) if row.deputy_id else None
        for row in rows
    }


async def add(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Add an absence; return its id."""
    row = await tx.one(
        insert(absences)
        .values(made_at=tx.now, made_by=tx.actor.person_id, **dict(values))
        .returning(absences.c.id)
    )
    if row is None:
        raise RuntimeError("an absence was not stored")
    return int(row.id)


async def one(tx: Transaction, absence_id: int) -> Row[Any] | None:
    """Return an absence that was not cancelled, locked, or None."""
    return await tx.one(
        select(absences)
        .where(absences.c.id == absence_id, absences.c.cancelled_at.is_(None))
        .with_for_update()
    )


async def cancel(tx: Transaction, absence_id: int) -> None:
    """Cancel an absence; its row stays."""
    await tx.run(
        update(absences).where(absences.c.id == absence_id).values(cancelled_at=tx.now)
    )


async def of_person(tx: Transaction, person_id: int, since: datetime) -> Sequence[Row[Any]]:
    """Return the absences of a person that end after `since`, in order of time."""
    deputy = people.alias("deputy")
    return await tx.rows(
        select(absences, deputy.c.username.label("deputy"))
        .outerjoin(deputy, deputy.c.id == absences.c.deputy_id)
        .where(
            absences.c.person_id == person_id,
            absences.c.cancelled_at.is_(None),
            absences.c.to_at > since,
        )
        .order_by(absences.c.from_at, absences.c.id)
    )


async def due(tx: Transaction, limit: int) -> list[int]:
    """Return the ids of absences whose first moment has come; not locked."""
    return [row.id for row in await tx.rows(_DUE, {"now": tx.now, "n": limit})]


async def begin(tx: Transaction, absence_id: int) -> Row[Any] | None:
    """Mark an absence as begun and return it; None where it has begun, or is not to yet."""
    return await tx.one(_BEGIN, {"now": tx.now, "id": absence_id})


_DUE = text("""
SELECT id FROM absences WHERE begun_at IS NULL AND cancelled_at IS NULL AND from_at <= :now
ORDER BY id LIMIT :n
""")
_BEGIN = text("""
UPDATE absences SET begun_at = :now WHERE id IN (
  SELECT id FROM absences WHERE id = :id AND begun_at IS NULL AND cancelled_at IS NULL
    AND from_at <= :now FOR UPDATE SKIP LOCKED)
RETURNING id, person_id, to_at
""")
