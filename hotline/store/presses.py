"""The board's presses that can be taken back: what each case was before."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import update

from hotline.store.tables_inbox import bulk_runs
from hotline.store.transaction import Transaction

RAISE = "raise"


async def claim_undo(
    tx: Transaction, run_id: int, person_id: int, within: timedelta
) -> Sequence[Mapping[str, str]] | None:
    """Return what a person's own press raised, to be undone by nobody else; None: too late."""
    row = await tx.one(
        update(bulk_runs)
        .where(
            bulk_runs.c.id == run_id,
            bulk_runs.c.person_id == person_id,
            bulk_runs.c.kind == RAISE,
            bulk_runs.c.undone_at.is_(None),
            bulk_runs.c.results.is_not(None),
            bulk_runs.c.at > tx.now - within,
        )
        .values(undone_at=tx.now)
        .returning(bulk_runs.c.results)
    )
    return None if row is None else [one for one in row.results if not one["code"]]
