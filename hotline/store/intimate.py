"""What people marked as intimate: removed wherever it lies, known again by its fingerprint."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from hotline.cases.terms import Channel, MediaState
from hotline.store import keys
from hotline.store.tables import contacts
from hotline.store.tables_channels import media, media_contents
from hotline.store.transaction import Transaction


async def mark_intimate(tx: Transaction, row: Row[Any], person_id: int) -> int:
    """Mark a medium, and every other with its content, for good; return how many.

    What they hold is removed: the fact and the fingerprint stay.
    """
    if row.fingerprint is not None:
        await one_at_a_time(tx, row.fingerprint)
        return await mark(tx, row.fingerprint, person_id)
    await tx.run(
        update(media)
        .where(media.c.id == row.id, media.c.state == MediaState.PROMISED)
        .values(state=MediaState.REFUSED, reason="intimate")
    )
    await tx.run(
        update(media)
        .where(media.c.id == row.id)
        .values(intimate_at=tx.now, intimate_by=person_id)
    )
    await tx.run(delete(media_contents).where(media_contents.c.media_id == row.id))
    await _empty_letters(tx, [row.contact_id])
    return 1


async def one_at_a_time(tx: Transaction, fingerprint: bytes) -> None:
    """Let nobody store a picture while somebody marks the same one: one would miss the other."""
    key = int.from_bytes(fingerprint[:8], "big", signed=True)
    await tx.run(select(func.pg_advisory_xact_lock(key)))


async def is_intimate(tx: Transaction, fingerprint: bytes) -> bool:
    """Return whether somebody marked the same content before."""
    known = select(media.c.id).where(
        media.c.fingerprint == fingerprint, media.c.intimate_at.is_not(None)
    )
    return await tx.one(known.limit(1)) is not None


async def mark(tx: Transaction, fingerprint: bytes, person_id: int | None) -> int:
    """Mark every medium with this content, and remove what they hold; return how many."""
    same = media.c.fingerprint == fingerprint
    marked = await tx.rows(
        update(media)
        .where(same, media.c.intimate_at.is_(None))
        .values(intimate_at=tx.now, intimate_by=person_id)
        .returning(media.c.id, media.c.contact_id)
    )
    gone = [row.id for row in marked]
    await tx.run(delete(media_contents).where(media_contents.c.media_id.in_(gone)))
    await _empty_letters(tx, {row.contact_id for row in marked})
    return len(gone)


async def _empty_letters(tx: Transaction, contact_ids: Collection[int]) -> None:
    """Remove the raw bytes of letters: the picture stands in them too, word for word.

    What could be read of a letter stays: its words, who wrote, its other attachments.
    """
    letters = await tx.rows(
        select(contacts.c.id).where(
            contacts.c.id.in_(contact_ids), contacts.c.channel == Channel.EMAIL
        )
    )
    owners = await keys.load(tx, [row.id for row in letters])
    for contact_id, key in owners.items():
        await tx.run(
            update(contacts)
            .where(contacts.c.id == contact_id)
            .values(sealed_raw=key.seal("raw", b""))
        )
