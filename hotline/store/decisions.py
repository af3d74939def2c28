"""Decisions with what they rested on, append-only, so that each can be replayed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from hotline.store.tables import decisions
from hotline.store.transaction import Transaction


def store(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append decisions. No text and no names: codes, ids, scores, spans, rule names."""
    for row in rows:
        tx.append(decisions, row)


async def chosen_after(
    tx: Transaction, after: int, most: int
) -> list[tuple[int, str, dict[str, Any]]]:
    """Return (id, kind, columns) of stored choices of bodies and people, next after `after`."""
    rows = await tx.rows(
        select(decisions)
        .where(decisions.c.id > after, decisions.c.kind.in_(("route", "person")))
        .order_by(decisions.c.id)
        .limit(most)
    )
    return [(row.id, row.kind, dict(row._asdict())) for row in rows]
