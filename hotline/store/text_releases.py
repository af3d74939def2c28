"""Who released which contact's words for an export; two different people are needed."""

from sqlalchemy import func, select

from hotline.store.tables import text_releases
from hotline.store.transaction import Transaction

NEEDED = 2


async def by(tx: Transaction, contact_id: int) -> list[int]:
    """Return the people who released a contact's words."""
    rows = await tx.rows(
        select(text_releases.c.person_id).where(text_releases.c.contact_id == contact_id)
    )
    return [int(row.person_id) for row in rows]


def add(tx: Transaction, contact_id: int) -> None:
    """Note that the acting person releases the words."""
    person = tx.actor.person_id
    tx.append(text_releases, {"contact_id": contact_id, "person_id": person})


async def released(tx: Transaction) -> set[int]:
    """Return the contacts whose words enough different people released."""
    rows = await tx.rows(
        select(text_releases.c.contact_id)
        .group_by(text_releases.c.contact_id)
        .having(func.count(text_releases.c.person_id.distinct()) >= NEEDED)
    )
    return {int(row.contact_id) for row in rows}
