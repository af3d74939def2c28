"""Who has a contact in hand, and what was put off until later."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.store.tables_queue import contact_holds, postponements
from hotline.store.transaction import Transaction


async def of_contact(
    tx: Transaction, contact_id: int, *, lock: bool = False
) -> Row[Any] | None:
    """Return who has the contact in hand, or None."""
    statement = select(contact_holds).where(contact_holds.c.contact_id == contact_id)
    return await tx.one(statement.with_for_update() if lock else statement)


async def take(
    tx: Transaction, contact_id: int, person_id: int, from_id: int | None = None
) -> None:
    """Give the contact into a person's hand. `from_id`: out of whose."""
    held = {"person_id": person_id, "taken_at": tx.now, "from_id": from_id}
    row = upsert(contact_holds).values(contact_id=contact_id, **held)
    await tx.run(row.on_conflict_do_update(index_elements=["contact_id"], set_=held))


async def let_go(tx: Transaction, contact_ids: Iterable[int]) -> None:
    """Nobody has these in hand and nothing of them waits until later."""
    ids = list(contact_ids)
    await tx.run(delete(contact_holds).where(contact_holds.c.contact_id.in_(ids)))
    await resume(tx, ids)


async def give_back(tx: Transaction, contact_id: int, person_id: int) -> bool:
    """Take the contact out of a person's hand; return whether it was in it."""
    mine = contact_holds.c.person_id == person_id
    return bool(
        await tx.run(
            delete(contact_holds).where(contact_holds.c.contact_id == contact_id, mine)
        )
    )


async def put_off(
    tx: Transaction, contact_id: int, person_id: int, until: datetime, reason: str
) -> None:
    """Let the contact wait until `until`; another word replaces the first."""
    said = {
        "person_id": person_id,
        "made_at": tx.now,
        "until": until,
        "reason": reason,
    }
    row = upsert(postponements).values(contact_id=contact_id, **said)
    await tx.run(row.on_conflict_do_update(index_elements=["contact_id"], set_=said))


async def resume(tx: Transaction, contact_ids: Iterable[int]) -> int:
    """Let these wait no longer; return how many did."""
    ids = list(contact_ids)
    return await tx.run(delete(postponements).where(postponements.c.contact_id.in_(ids)))


async def put_off_until(tx: Transaction, contact_id: int) -> Row[Any] | None:
    """Return until when and why the contact waits, or None."""
    return await tx.one(
        select(postponements).where(
            postponements.c.contact_id == contact_id, postponements.c.until > tx.now
        )
    )
