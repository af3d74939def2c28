"""Second readings: a random sample of harmless contacts, each read by somebody else."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, func, insert, or_, select, update

from hotline.cases.terms import ContactState, WrapUp
from hotline.store.tables import cases, contacts, keys, rereadings
from hotline.store.transaction import Transaction
from hotline.store.visibility import open_to_actor

HARMLESS = (3, 4)  # urgencies; and everything that was closed without a case
UNREAD = (WrapUp.SILENT, WrapUp.DUPLICATE)  # nothing in them to read again
PAGE = 50


async def draw(tx: Transaction, *, since: datetime, size: int) -> int:
    """Draw up to `size` contacts that were judged harmless since then; return how many.

    Each has the same chance. A contact is drawn once; a forgotten one never.
    """
    closed = and_(
        contacts.c.state == ContactState.CLOSED, contacts.c.wrap_up.not_in(UNREAD)
    )
    harmless = and_(
        contacts.c.state == ContactState.ATTACHED, cases.c.urgency.in_(HARMLESS)
    )
    known = exists(select(rereadings.c.id).where(rereadings.c.contact_id == contacts.c.id))
    readable = exists(
        select(keys.c.owner_id).where(
            keys.c.owner_id == contacts.c.id, keys.c.wrapped.is_not(None)
        )
    )
    rows = await tx.rows(
        select(contacts.c.id, contacts.c.seen_by)
        .outerjoin(cases, cases.c.id == contacts.c.case_id)
        .where(
            contacts.c.received_at >= since,
            contacts.c.seen_by.is_not(None),
            or_(closed, harmless),
            readable,
            ~known,
        )
        .order_by(func.random())
        .limit(size)
    )
    if rows:
        drawn = {"drawn_at": tx.now, "drawn_by": tx.actor.person_id}
        await tx.run(
            insert(rereadings),
            [{"contact_id": r.id, "first_reader": r.seen_by, **drawn} for r in rows],
        )
    return len(rows)


async def waiting(tx: Transaction, reader_id: int) -> list[Row[Any]]:
    """Return the contacts that this person may read a second time, oldest draw first."""
    rows = await tx.rows(
        select(rereadings.c.id, contacts.c.receipt, contacts.c.channel, contacts.c.language)
        .join(contacts, contacts.c.id == rereadings.c.contact_id)
        .where(
            rereadings.c.read_at.is_(None),
            rereadings.c.first_reader != reader_id,
            open_to_actor(tx, contacts),
        )
        .order_by(rereadings.c.id)
        .limit(PAGE)
    )
    return list(rows)


async def of_contact(tx: Transaction, contact_id: int, *, lock: bool = False) -> Any:
    """Return the second reading that a contact was drawn for, or None."""
    statement = select(rereadings).where(rereadings.c.contact_id == contact_id)
    return await tx.one(statement.with_for_update() if lock else statement)


async def give(
    tx: Transaction, reading_id: int, *, subcategory: str | None, urgency: int
) -> None:
    """Keep the verdict of the acting person."""
    await tx.run(
        update(rereadings)
        .where(rereadings.c.id == reading_id)
        .values(
            reader_id=tx.actor.person_id,
            read_at=tx.now,
            subcategory=subcategory,
            urgency=urgency,
        )
    )


async def counts(tx: Transaction, since: datetime) -> tuple[int, int, int]:
    """Return how many were read since, how many of them are urgent, and how many wait."""
    n = func.count()
    row = await tx.one(
        select(
            n.filter(rereadings.c.read_at >= since).label("read"),
            n.filter(rereadings.c.read_at >= since, rereadings.c.urgency <= 1).label("hot"),
            n.filter(rereadings.c.read_at.is_(None)).label("waiting"),
        )
        .join(contacts, contacts.c.id == rereadings.c.contact_id)
        .where(open_to_actor(tx, contacts))
    )
    return (int(row.read), int(row.hot), int(row.waiting)) if row else (0, 0, 0)
