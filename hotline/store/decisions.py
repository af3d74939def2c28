"""Decisions with what they rested on, append-only, so that each can be replayed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert

from hotline.store.tables import decisions
from hotline.store.transaction import Transaction


async def store(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append decisions. No text and no names: codes, ids, scores, spans, rule names."""
    if rows:
        await tx.run(insert(decisions), [{"at": tx.now, **row} for row in rows])
