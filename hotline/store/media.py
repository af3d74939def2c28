"""Pictures, voice messages and files of contacts: what is owed, what is here, what is gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.cases.media import Verdict
from hotline.cases.terms import Channel, MediaState
from hotline.errors import NotFound
from hotline.store import keys
from hotline.store.sealing import OwnerKey
from hotline.store.tables import contacts
from hotline.store.tables_channels import media, media_contents, openings
from hotline.store.transaction import Transaction

PART, REF, NAME = "media", "media_ref", "media_name"


@dataclass(frozen=True, slots=True)
class Owed:
    """One medium that is to be fetched, or that came along and was not looked at yet."""

    id: int
    contact_id: int
    position: int
    channel: str
    account: str
    kind: str
    claimed_mime: str | None
    size: int | None  # as claimed
    ref: str | None = field(repr=False)
    content: bytes | None = field(repr=False)  # None: it is still with the provider


async def owed(tx: Transaction, contact_id: int) -> list[int]:
    """Return the ids of a contact's media that are still promised, in their order."""
    rows = await tx.rows(
        select(media.c.id)
        .where(media.c.contact_id == contact_id, media.c.state == MediaState.PROMISED)
        .order_by(media.c.position)
    )
    return [row.id for row in rows]


async def doors_of(tx: Transaction, contact_ids: Collection[int]) -> dict[int, str]:
    """Return whose provider each contact's media lie at: "telegram", "partner:ngo"."""
    rows = await tx.rows(
        select(contacts.c.id, contacts.c.channel, contacts.c.account).where(
            contacts.c.id.in_(contact_ids)
        )
    )
    return {
        row.id: f"{row.channel}:{row.account}" if row.channel == "partner" else row.channel
        for row in rows
    }


async def read_owed(tx: Transaction, medium_id: int) -> Owed | None:
    """Return a promised medium, opened; None when it is no longer owed or was forgotten."""
    row = await tx.one(
        select(
            media,
            contacts.c.channel,
            contacts.c.account,
            media_contents.c.sealed_content,
        )
        .join(contacts, contacts.c.id == media.c.contact_id)
        .outerjoin(media_contents, media_contents.c.media_id == media.c.id)
        .where(media.c.id == medium_id, media.c.state == MediaState.PROMISED)
    )
    if row is None:
        return None
    try:
        key = await keys.load_one(tx, row.contact_id)
    except NotFound:
        return None
    sealed = row.sealed_content
    return Owed(
        id=row.id,
        contact_id=row.contact_id,
        position=row.position,
        channel=row.channel,
        account=row.account,
        kind=row.kind,
        claimed_mime=row.claimed_mime,
        size=row.size,
        ref=key.open_text(REF, row.sealed_ref) if row.sealed_ref else None,
        content=key.open(PART, sealed) if sealed is not None else None,
    )


async def keep(
    tx: Transaction, medium: Owed, content: bytes, verdict: Verdict, fingerprint: bytes
) -> bool:
    """Store what was fetched, sealed under the contact's key; return whether it was owed still.

    Errors: NotFound when the person was forgotten meanwhile.
    """
    values = {
        "state": verdict.state,
        "reason": verdict.reason,
        "mime": verdict.mime,
        "size": len(content),
        "fingerprint": fingerprint,
        "fetched_at": tx.now,
    }
    await _one_at_a_time(tx, fingerprint)
    if not await _settle(tx, medium.id, values):
        return False
    if await _is_intimate(tx, fingerprint):
        await _mark(tx, fingerprint, None)
    elif medium.content is None:
        key = await keys.load_one(tx, medium.contact_id)
        sealed = key.seal(PART, content)
        row = upsert(media_contents).values(media_id=medium.id, sealed_content=sealed)
        await tx.run(row.on_conflict_do_nothing())
    return True


async def settle(tx: Transaction, medium_id: int, state: MediaState, reason: str) -> bool:
    """Write why a promised medium is not here; return whether it was still promised."""
    return await _settle(tx, medium_id, {"state": state, "reason": reason})


async def _settle(tx: Transaction, medium_id: int, values: dict[str, Any]) -> bool:
    changed = await tx.run(
        update(media)
        .where(media.c.id == medium_id, media.c.state == MediaState.PROMISED)
        .values(**values)
    )
    return changed > 0


async def of_contact(tx: Transaction, contact_id: int) -> Sequence[Row[Any]]:
    """Return a contact's media in their order, without contents."""
    return await tx.rows(
        select(media).where(media.c.contact_id == contact_id).order_by(media.c.position)
    )


async def read(tx: Transaction, contact_id: int, medium_id: int) -> Row[Any]:
    """Return one medium of a contact, locked. Errors: NotFound."""
    row = await tx.one(
        select(media)
        .where(media.c.id == medium_id, media.c.contact_id == contact_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("no such medium")
    return row


async def note_opening(tx: Transaction, row: Row[Any], person_id: int, reason: str) -> int:
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


async def opening(tx: Transaction, opening_id: int, person_id: int) -> Row[Any]:
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


async def mark_intimate(tx: Transaction, row: Row[Any], person_id: int) -> int:
    """Mark a medium, and every other with its content, for good; return how many.

    What they hold is removed: the fact and the fingerprint stay.
    """
    if row.fingerprint is not None:
        await _one_at_a_time(tx, row.fingerprint)
        return await _mark(tx, row.fingerprint, person_id)
    await _settle(tx, row.id, {"state": MediaState.REFUSED, "reason": "intimate"})
    await tx.run(
        update(media)
        .where(media.c.id == row.id)
        .values(intimate_at=tx.now, intimate_by=person_id)
    )
    await tx.run(delete(media_contents).where(media_contents.c.media_id == row.id))
    await _empty_letters(tx, [row.contact_id])
    return 1


async def _one_at_a_time(tx: Transaction, fingerprint: bytes) -> None:
    """Let nobody store a picture while somebody marks the same one: one would miss the other."""
    key = int.from_bytes(fingerprint[:8], "big", signed=True)
    await tx.run(select(func.pg_advisory_xact_lock(key)))


async def _is_intimate(tx: Transaction, fingerprint: bytes) -> bool:
    known = select(media.c.id).where(
        media.c.fingerprint == fingerprint, media.c.intimate_at.is_not(None)
    )
    return await tx.one(known.limit(1)) is not None


async def _mark(tx: Transaction, fingerprint: bytes, person_id: int | None) -> int:
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


async def forget(tx: Transaction, contact_id: int) -> None:
    """Remove what a contact's media hold and how they are found; intimate ones keep the latter."""
    mine = media.c.contact_id == contact_id
    await tx.run(
        delete(media_contents).where(
            media_contents.c.media_id.in_(select(media.c.id).where(mine))
        )
    )
    await tx.run(update(media).where(mine).values(sealed_ref=None, sealed_name=None))
    await tx.run(
        update(media).where(mine, media.c.intimate_at.is_(None)).values(fingerprint=None)
    )
    await tx.run(
        update(media)
        .where(mine, media.c.state == MediaState.PROMISED)
        .values(state=MediaState.REFUSED, reason="forgotten")
    )
