"""What people are in their bodies: head, deputy, specialist."""

from sqlalchemy import select

from hotline.store.bodies import current
from hotline.store.tables import memberships
from hotline.store.transaction import Transaction


async def of_person(tx: Transaction, person_id: int, body_id: str) -> str | None:
    """Return a person's position in a body today, or None for somebody else's."""
    row = await tx.one(
        select(memberships.c.position).where(
            memberships.c.person_id == person_id,
            memberships.c.body_id == body_id,
            current(tx),
        )
    )
    return None if row is None else str(row.position)
