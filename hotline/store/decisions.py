"""Decisions with what they rested on, append-only, so that each can be replayed."""

from collections.abc import Mapping, Sequence
from typing import Any

from hotline.store.tables import decisions
from hotline.store.transaction import Transaction


def store(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append decisions. No text and no names: codes, ids, scores, spans, rule names."""
    for row in rows:
        tx.append(decisions, row)
