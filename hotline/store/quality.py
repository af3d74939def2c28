"""The counts behind the quality report: what triage said beside what people said."""

from datetime import datetime

from sqlalchemy import Boolean, Integer, cast, func, select

from hotline.quality.report import Seen, Tally
from hotline.store.judged import last_word
from hotline.store.tables import contacts
from hotline.store.transaction import Transaction
from hotline.store.visibility import open_to_actor

FIFTHS = 5
_ZONE = "Asia/Almaty"


async def tallies(tx: Transaction, since: datetime) -> list[Tally]:
    """Return how often triage and people said which pair of things of a contact."""
    said = last_word(since)
    read = contacts.c.triage
    pairs = (
        select(
            func.coalesce(contacts.c.language, "other").label("language"),
            read["subcategory"].astext.label("machine"),
            said.c.code,
            func.coalesce(cast(read["danger"].astext, Boolean), contacts.c.danger).label(
                "alarm"
            ),
            cast(read["urgency"].astext, Integer).label("machine_urgency"),
            cast(said.c.urgency, Integer).label("urgency"),
        )
        .join(contacts, contacts.c.id == said.c.contact_id)
        .where(said.c.urgency.is_not(None), open_to_actor(tx, contacts))
        .subquery()
    )
    rows = await tx.rows(
        select(*pairs.c, func.count().label("n")).group_by(*pairs.c).order_by(*pairs.c)
    )
    return [Tally(**dict(row._mapping)) for row in rows]  # noqa: SLF001  SQLAlchemy's way


async def seen(tx: Transaction, since: datetime) -> list[Seen]:
    """Return what came in by week, as triage read it."""
    read = contacts.c.triage
    local = func.timezone(_ZONE, contacts.c.received_at)
    sure = cast(read["alternatives"][0]["score"].astext, contacts.c.danger_score.type)
    weeks = (
        select(
            func.to_char(func.date_trunc("week", local), "YYYY-MM-DD").label("week"),
            func.coalesce(read["category"].astext, "").label("code"),
            func.coalesce(contacts.c.language, "other").label("language"),
            func.least(func.floor(sure * FIFTHS), FIFTHS - 1).label("confidence"),
        )
        .where(
            contacts.c.received_at >= since,
            contacts.c.triaged_at.is_not(None),
            open_to_actor(tx, contacts),
        )
        .subquery()
    )
    rows = await tx.rows(
        select(*weeks.c, func.count().label("n")).group_by(*weeks.c).order_by(weeks.c.week)
    )
    return [
        Seen(row.week, row.code, row.language, str(int(row.confidence or 0)), row.n)
        for row in rows
    ]
