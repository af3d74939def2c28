"""What a person at 111 chose for their own pages."""

from sqlalchemy import select, update

from hotline.store.tables import people
from hotline.store.transaction import Transaction


async def shows_graphic(tx: Transaction, person_id: int) -> bool:
    """Return whether this person wants hard words open from the start."""
    row = await tx.one(select(people.c.shows_graphic).where(people.c.id == person_id))
    return bool(row and row.shows_graphic)


async def who_shows_graphic(tx: Transaction) -> frozenset[int]:
    """Return everybody who wants hard words open from the start."""
    rows = await tx.rows(select(people.c.id).where(people.c.shows_graphic))
    return frozenset(row.id for row in rows)


async def set_shows_graphic(tx: Transaction, person_id: int, *, shows: bool) -> None:
    """Keep whether this person wants hard words open from the start."""
    await tx.run(update(people).where(people.c.id == person_id).values(shows_graphic=shows))
