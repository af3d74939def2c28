"""The dated directory of duty desks of 102, 103 and 112."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select, text, update

from hotline.routing.emergency import DutyNumber
from hotline.store.tables_routing import emergency_numbers
from hotline.store.transaction import Transaction

_ALONE = text("LOCK TABLE emergency_numbers IN SHARE ROW EXCLUSIVE MODE")


async def lock(tx: Transaction) -> None:
    """Let nobody else change the directory until the commit: overlaps are looked for."""
    await tx.run(_ALONE)


async def listed(
    tx: Transaction, *, service: str | None = None, region: str | None = None
) -> Sequence[Row[Any]]:
    """Return the numbers, also those that no longer hold, by service and place."""
    t = emergency_numbers
    statement = select(t).order_by(t.c.service, t.c.region, t.c.district, t.c.valid_from)
    if service is not None:
        statement = statement.where(t.c.service == service)
    if region is not None:
        statement = statement.where(t.c.region == region)
    return await tx.rows(statement)


async def by_id(tx: Transaction, number_id: int) -> Row[Any] | None:
    """Return one entry, or None."""
    t = emergency_numbers
    return await tx.one(select(t).where(t.c.id == number_id))


async def add(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Add an entry; return its id."""
    row = await tx.one(
        insert(emergency_numbers)
        .values(**values, added_by=tx.actor.person_id, added_at=tx.now)
        .returning(emergency_numbers.c.id)
    )
    if row is None:
        raise RuntimeError("a number was not stored")
    return int(row.id)


async def end(tx: Transaction, number_id: int, valid_to: date) -> None:
    """Let an entry hold until before `valid_to`."""
    t = emergency_numbers
    await tx.run(update(t).where(t.c.id == number_id).values(valid_to=valid_to))


def duty_numbers(rows: Sequence[Row[Any]]) -> list[DutyNumber]:
    """Return the entries as the rule asks for them."""
    return [
        DutyNumber(
            row.service,
            row.region,
            row.district,
            row.number,
            row.valid_from,
            row.valid_to,
        )
        for row in rows
    ]
