"""Contacts that a person at 111 judged: what triage learns from, sealed as they are."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, func, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from hotline.store.tables import contacts, decisions, rereadings
from hotline.store.transaction import Transaction
from hotline.store.visibility import open_to_actor

# Written out, so that the small index of judgements is known to fit.
JUDGED: list[ColumnElement[str]] = [literal_column("'confirm'"), literal_column("'close'")]


def last_word(since: datetime) -> Any:
    """Return the newest judgement of each contact, as a subquery: code, urgency, at.

    What a second reader said of it, if anything, is in `rereadings`.
    """
    wanted = [
        decisions.c.kind.in_(JUDGED),
        decisions.c.contact_id.is_not(None),
        decisions.c.at >= since,
    ]
    newest_of = (
        select(func.max(decisions.c.id)).where(*wanted).group_by(decisions.c.contact_id)
    )
    said = decisions.c.choice
    return (
        select(
            decisions.c.contact_id,
            said["subcategory"].astext.label("code"),
            said["urgency"].astext.label("urgency"),
            decisions.c.at,
        )
        .where(decisions.c.id.in_(newest_of))
        .subquery()
    )


async def newest(tx: Transaction, *, since: datetime, limit: int) -> list[Row[Any]]:
    """Return the newest judged contacts, newest first, with their sealed words.

    Columns: contact_id, code, urgency, at, language, channel, triage, sealed_narrative. A
    second reader's word stands above the first's. Contacts that a person could not judge
    (silence, a duplicate) are left out.
    """
    said = last_word(since)
    second = rereadings.c.read_at.is_not(None)
    rows = await tx.rows(
        select(
            said.c.contact_id,
            func.coalesce(rereadings.c.subcategory, said.c.code).label("code"),
            func.coalesce(rereadings.c.urgency.cast(Text), said.c.urgency).label("urgency"),
            said.c.at,
            contacts.c.language,
            contacts.c.channel,
            contacts.c.triage,
            contacts.c.sealed_narrative,
        )
        .join(contacts, contacts.c.id == said.c.contact_id)
        .outerjoin(rereadings, (rereadings.c.contact_id == contacts.c.id) & second)
        .where(said.c.urgency.is_not(None), open_to_actor(tx, contacts))
        .order_by(said.c.at.desc(), said.c.contact_id.desc())
        .limit(limit)
    )
    return list(rows)
