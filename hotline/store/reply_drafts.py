"""What somebody types to a thread: theirs alone, sealed; while they type, the thread is theirs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.store import keys
from hotline.store.opened_parts import opened
from hotline.store.tables import contacts, people
from hotline.store.tables_queue import reply_drafts
from hotline.store.thread_view import of_thread
from hotline.store.transaction import Transaction

HELD = timedelta(seconds=60)  # since the last key
_PART = "reply_draft"


@dataclass(frozen=True, slots=True)
class Mine:
    """What a person has typed to a thread. `page` saved it last; `version` counts the saves."""

    text: str = field(default="", repr=False)
    version: int = 0
    page: str = ""
    saved_at: datetime | None = None


async def thread_of(tx: Transaction, contact: Row[Any]) -> int:
    """Return the id of the thread that a contact is of: its first contact's.

    The same from whichever contact of it one begins: one thread has one lock. What is known
    by its sender may go on from what is known by its receipt, and the other way round.
    """
    c = contacts.c
    at = contact
    while True:
        first = func.least(func.min(c.id), func.min(c.follows_id)).label("id")
        found = await tx.one(select(first).where(of_thread(at)))
        if found is None or found.id is None or found.id >= at.id:
            return int(at.id)
        earlier = await tx.one(
            select(c.id, c.follows_id, c.thread_hash).where(c.id == found.id)
        )
        if earlier is None:
            return int(found.id)
        at = earlier


async def keep(
    tx: Transaction,
    contact: Row[Any],
    person_id: int,
    text: str,
    page: str = "",
    *,
    again: bool = False,
) -> int | None:
    """Keep what a person has typed so far; nothing typed is nothing kept. Return the version.

    `again`: the same words, which only say that their writer is still at it.

    Whoever left a draft and comes back begins anew: a colleague may have begun meanwhile.
    A save of the page that has sent its answer came late: it brings nothing back.
    """
    typed = None
    if text.strip():
        typed = (await keys.load_one(tx, contact.id)).seal_text(_PART, text)
    fresh = {
        "contact_id": contact.id,
        "saved_at": tx.now,
        "sealed_text": typed,
        "page": page or None,
    }
    row = upsert(reply_drafts).values(
        thread_id=await thread_of(tx, contact),
        person_id=person_id,
        began_at=tx.now,
        **fresh,
    )
    left = reply_drafts.c.saved_at <= tx.now - HELD
    anew = or_(left, reply_drafts.c.sealed_text.is_(None))
    began = case((anew, tx.now), else_=reply_drafts.c.began_at)
    kept = await tx.one(
        row.on_conflict_do_update(
            index_elements=["thread_id", "person_id"],
            set_={
                **fresh,
                "began_at": began,
                "version": reply_drafts.c.version + (0 if again else 1),
            },
            where=reply_drafts.c.sent_page.is_distinct_from(page or None)
            | reply_drafts.c.sent_page.is_(None),
        ).returning(reply_drafts.c.version)
    )
    return None if kept is None else int(kept.version)


async def sent(
    tx: Transaction,
    contact: Row[Any],
    thread: int,
    person_id: int,
    page: str = "",
    version: int | None = None,
) -> None:
    """Forget what a person typed to a thread: `page` has sent it.

    What another page of theirs has typed since `version` was read stays: nobody has sent it.
    """
    d = reply_drafts.c
    read = true() if version is None else d.version == version
    own = or_(d.page.is_(None), d.page == page if page else true(), read)
    gone = {
        "sealed_text": case((own, None), else_=d.sealed_text),
        "saved_at": case((own, tx.now), else_=d.saved_at),
        "sent_page": page or None,
        "version": d.version + case((own, 1), else_=0),
    }
    row = upsert(reply_drafts).values(
        thread_id=thread,
        person_id=person_id,
        contact_id=contact.id,
        began_at=tx.now,
        saved_at=tx.now,
        sent_page=page or None,
    )
    await tx.run(
        row.on_conflict_do_update(index_elements=["thread_id", "person_id"], set_=gone)
    )


async def of_person(tx: Transaction, contact: Row[Any], person_id: int) -> Mine:
    """Return what the person had typed to this thread; `version` 0: never anything."""
    thread = await thread_of(tx, contact)
    row = await tx.one(
        select(reply_drafts).where(
            reply_drafts.c.thread_id == thread, reply_drafts.c.person_id == person_id
        )
    )
    if row is None:
        return Mine()
    text = ""
    if row.sealed_text is not None:
        parts = await opened(tx, [row.contact_id])
        text = parts.text(row.contact_id, _PART, row.sealed_text) or ""
    return Mine(text, row.version, row.page or "", row.saved_at)


async def typing(tx: Transaction, contact: Row[Any], person_id: int) -> str | None:
    """Return the name of who was first to type to this thread and still does, if not oneself."""
    thread = await thread_of(tx, contact)
    row = await tx.one(
        select(reply_drafts.c.person_id, people.c.display_name)
        .join(people, people.c.id == reply_drafts.c.person_id)
        .where(
            reply_drafts.c.thread_id == thread,
            reply_drafts.c.sealed_text.is_not(None),
            reply_drafts.c.saved_at > tx.now - HELD,
        )
        .order_by(reply_drafts.c.began_at, reply_drafts.c.person_id)
        .limit(1)
    )
    return None if row is None or row.person_id == person_id else str(row.display_name)
