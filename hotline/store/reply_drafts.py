"""What somebody types to a thread: theirs alone, sealed; while they type, the thread is theirs."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.store import keys
from hotline.store.opened_parts import opened
from hotline.store.tables import contacts, people
from hotline.store.tables_queue import reply_drafts
from hotline.store.thread_view import of_thread
from hotline.store.transaction import Transaction

HELD = timedelta(seconds=60)  # since the last key
_PART = "reply_draft"


async def thread_of(tx: Transaction, contact: Row[Any]) -> int:
    """Return the id of the thread that a contact is of: its first contact's."""
    row = await tx.one(
        select(func.min(contacts.c.id).label("id")).where(of_thread(contact))
    )
    return int(row.id) if row is not None and row.id is not None else int(contact.id)


async def keep(tx: Transaction, contact: Row[Any], person_id: int, text: str) -> None:
    """Keep what a person has typed so far; nothing typed is nothing kept.

    Whoever left a draft and comes back begins anew: a colleague may have begun meanwhile.
    """
    thread = await thread_of(tx, contact)
    if not text.strip():
        await drop(tx, thread, person_id)
        return
    key = await keys.load_one(tx, contact.id)
    fresh = {
        "contact_id": contact.id,
        "saved_at": tx.now,
        "sealed_text": key.seal_text(_PART, text),
    }
    row = upsert(reply_drafts).values(
        thread_id=thread, person_id=person_id, began_at=tx.now, **fresh
    )
    left = reply_drafts.c.saved_at <= tx.now - HELD
    began = case((left, tx.now), else_=reply_drafts.c.began_at)
    await tx.run(
        row.on_conflict_do_update(
            index_elements=["thread_id", "person_id"], set_={**fresh, "began_at": began}
        )
    )


async def drop(tx: Transaction, thread: int, person_id: int) -> None:
    """Forget what a person typed to a thread."""
    await tx.run(
        delete(reply_drafts).where(
            reply_drafts.c.thread_id == thread, reply_drafts.c.person_id == person_id
        )
    )


async def of_person(tx: Transaction, contact: Row[Any], person_id: int) -> str:
    """Return what the person had typed to this thread, or nothing."""
    thread = await thread_of(tx, contact)
    row = await tx.one(
        select(reply_drafts).where(
            reply_drafts.c.thread_id == thread, reply_drafts.c.person_id == person_id
        )
    )
    if row is None:
        return ""
    parts = await opened(tx, [row.contact_id])
    return parts.text(row.contact_id, _PART, row.sealed_text) or ""


async def typing(tx: Transaction, contact: Row[Any], person_id: int) -> str | None:
    """Return the name of who was first to type to this thread and still does, if not oneself."""
    thread = await thread_of(tx, contact)
    row = await tx.one(
        select(reply_drafts.c.person_id, people.c.display_name)
        .join(people, people.c.id == reply_drafts.c.person_id)
        .where(
            reply_drafts.c.thread_id == thread,
            reply_drafts.c.saved_at > tx.now - HELD,
        )
        .order_by(reply_drafts.c.began_at, reply_drafts.c.person_id)
        .limit(1)
    )
    return None if row is None or row.person_id == person_id else str(row.display_name)
