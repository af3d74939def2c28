"""Pictures, voice messages and files of contacts: what is owed, what is here, what is gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.cases.media import Verdict
from hotline.cases.terms import MediaState
from hotline.errors import NotFound
from hotline.store import intimate, keys
from hotline.store.tables import contacts
from hotline.store.tables_channels import media, media_contents
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


async def holding(tx: Transaction, contact_ids: Collection[int]) -> set[int]:
    """Return which contacts hold a voice, picture, film or file; a sticker is none."""
    rows = await tx.rows(
        select(media.c.contact_id).where(
            media.c.contact_id.in_(contact_ids), media.c.kind != "sticker"
        )
    )
    return {row.contact_id for row in rows}


async def counted(
    tx: Transaction, contact_ids: Collection[int]
) -> dict[tuple[int, bool], int]:
    """Return how many pictures or files (False) and sounds (True) each contact brought."""
    sound = media.c.kind.in_(("voice", "audio"))
    rows = await tx.rows(
        select(media.c.contact_id, sound.label("sound"), func.count().label("n"))
        .where(media.c.contact_id.in_(contact_ids))
        .group_by(media.c.contact_id, sound)
    )
    return {(row.contact_id, bool(row.sound)): int(row.n) for row in rows}


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
    await intimate.one_at_a_time(tx, fingerprint)
    if not await _settle(tx, medium.id, values):
        return False
    if await intimate.is_intimate(tx, fingerprint):
        await intimate.mark(tx, fingerprint, None)
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


def missing(row: Row[Any]) -> bool:
    """Return whether a medium is not here and could be asked for again."""
    gone = row.state in (MediaState.FAILED, MediaState.REFUSED)
    return gone and row.sealed_ref is not None and row.intimate_at is None


async def owe_again(tx: Transaction, row: Row[Any]) -> bool:
    """Let a missing medium, locked by the caller, be promised anew; return whether it was."""
    if missing(row):
        await tx.run(
            update(media)
            .where(media.c.id == row.id)
            .values(state=MediaState.PROMISED, reason=None)
        )
    return missing(row)


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
