"""How far a mailbox has been read, and whose letter of ours was answered."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from hotline.store.tables_channels import mailboxes, outbound
from hotline.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last UID that was looked at, under the mailbox's own validity."""

    validity: int
    uid: int


async def cursor(tx: Transaction, name: str) -> Cursor | None:
    """Return how far `name` has been read; None: never."""
    row = await tx.one(select(mailboxes).where(mailboxes.c.name == name))
    return Cursor(row.validity, row.uid) if row else None


async def advance(tx: Transaction, name: str, to: Cursor) -> None:
    """Write how far `name` has been read."""
    values = {"validity": to.validity, "uid": to.uid}
    row = insert(mailboxes).values(name=name, **values)
    await tx.run(row.on_conflict_do_update(index_elements=["name"], set_=values))


async def contact_of_letter(tx: Transaction, letter_id: int) -> int | None:
    """Return the contact to whom a letter of ours was written, or None."""
    row = await tx.one(select(outbound.c.contact_id).where(outbound.c.id == letter_id))
    return int(row.contact_id) if row else None
