"""Whose page shows a thread: who is told when something in it changes."""

from sqlalchemy import or_, select

from hotline.store.tables import contacts
from hotline.store.transaction import Nudge, Transaction

_NAMED = 100  # at most: a nudge holds few bytes


async def changed(tx: Transaction, contact_id: int) -> Nudge:
    """Return what tells every page that shows what was written to a contact.

    Those are the pages of all contacts whose thread this one is of: the other way round than
    `thread_view.of_thread` asks. Where any of it complains of somebody, no contact is named.
    """
    c = contacts.c
    told = await tx.one(select(c.follows_id, c.thread_hash).where(c.id == contact_id))
    if told is None:
        return Nudge("contact")
    first = [one for one in (contact_id, told.follows_id) if one is not None]
    same = [c.id.in_(first), c.follows_id.in_(first)]
    if told.thread_hash is not None:
        same.append(c.thread_hash == told.thread_hash)
    rows = await tx.rows(select(c.id, c.apart).where(or_(*same)).limit(_NAMED + 1))
    if len(rows) > _NAMED or any(row.apart for row in rows):
        return Nudge("contact")
    return Nudge("contact", contacts=tuple(sorted(row.id for row in rows)))
