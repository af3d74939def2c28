"""Who opened which medium, when and why; and what it held."""

from typing import Any

from sqlalchemy import Row, insert, select, update

from hotline.errors import NotFound
from hotline.store.media import PART
from hotline.store.sealing import OwnerKey
from hotline.store.tables import contacts
from hotline.store.tables_channels import media, media_contents, openings
from hotline.store.transaction import Transaction


async def note(tx: Transaction, row: Row[Any], person_id: int, reason: str) -> int:
    """Write who opens a medium and why; return the opening's id."""
    if row.opened_at is None:
        await tx.run(update(media).where(media.c.id == row.id).values(opened_at=tx.now))
    made = await tx.one(
        insert(openings)
        .values(at=tx.now, person_id=person_id, media_id=row.id, reason=reason)
        .returning(openings.c.id)
    )
    assert made is not None  # noqa: S101  an INSERT ... RETURNING returns
    return int(made.id)


async def read(tx: Transaction, opening_id: int, person_id: int) -> Row[Any]:
    """Return a person's own opening with its medium. Errors: NotFound."""
    row = await tx.one(
        select(openings.c.id.label("opening_id"), openings.c.at, media, contacts.c.receipt)
        .join(media, media.c.id == openings.c.media_id)
        .join(contacts, contacts.c.id == media.c.contact_id)
        .where(openings.c.id == opening_id, openings.c.person_id == person_id)
    )
    if row is None:
        raise NotFound("no such opening")
    return row


async def content(tx: Transaction, medium_id: int, key: OwnerKey) -> bytes:
    """Return what a medium holds. Errors: NotFound when nothing is here (any more)."""
    row = await tx.one(
        select(media_contents.c.sealed_content)
        .join(media, media.c.id == media_contents.c.media_id)
        .where(media_contents.c.media_id == medium_id, media.c.intimate_at.is_(None))
    )
    if row is None:
        raise NotFound("nothing is kept of this medium")
    return key.open(PART, row.sealed_content)
