"""Notes on a case: sealed texts of people, oldest first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select

from hotline.store import keys
from hotline.store.tables import case_notes
from hotline.store.transaction import Transaction


async def add(
    tx: Transaction,
    case_id: int,
    kind: str,
    text: str,
    *,
    referral_id: int | None = None,
) -> int:
    """Seal `text` under the case's key and append it; return the note's id."""
    key = await keys.load_one(tx, case_id)
    row = await tx.one(
        insert(case_notes)
        .values(
            case_id=case_id,
            referral_id=referral_id,
            author_id=tx.actor.person_id,
            at=tx.now,
            kind=kind,
            sealed_text=key.seal_text("note", text),
        )
        .returning(case_notes.c.id)
    )
    if row is None:
        raise RuntimeError("a note was not stored")
    return int(row.id)


async def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return the notes of a case, oldest first, still sealed."""
    return await tx.rows(
        select(case_notes).where(case_notes.c.case_id == case_id).order_by(case_notes.c.id)
    )


async def keep_outcome(tx: Transaction, case: Row[Any]) -> None:
    """Move a closed case's outcome into its notes, before it is opened again."""
    key = await keys.load_one(tx, case.id)
    for part in ("assistance", "check"):
        words = key.open_text(part, getattr(case, f"sealed_{part}"))
        if words:
            await add(tx, case.id, f"earlier_{part}", words)
