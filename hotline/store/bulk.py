"""One press for many cases: what came of each, and who had it before."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert

from hotline.store.tables import cases
from hotline.store.tables_inbox import bulk_changes, bulk_done, bulk_runs
from hotline.store.transaction import Transaction

CUT_OFF = timedelta(seconds=60)  # a run that told nothing by then is done anew


async def begin(tx: Transaction, person_id: int, once: str, kind: str) -> int | None:
    """Return the id of a run that begins now, or None: this press was heard before."""
    fresh = insert(bulk_runs).values(at=tx.now, person_id=person_id, once=once, kind=kind)
    again = fresh.on_conflict_do_update(
        index_elements=[bulk_runs.c.person_id, bulk_runs.c.once],
        set_={"at": tx.now},
        where=bulk_runs.c.results.is_(None) & (bulk_runs.c.at < tx.now - CUT_OFF),
    )
    row = await tx.one(again.returning(bulk_runs.c.id))
    return None if row is None else int(row.id)


async def by_press(tx: Transaction, person_id: int, once: str) -> Row[Any] | None:
    """Return the run of a press."""
    mine = bulk_runs.c.person_id == person_id
    return await tx.one(select(bulk_runs).where(mine, bulk_runs.c.once == once))


async def end(tx: Transaction, run_id: int, results: Sequence[Mapping[str, str]]) -> None:
    """Keep what came of each case."""
    told = [dict(one) for one in results]
    await tx.run(update(bulk_runs).where(bulk_runs.c.id == run_id).values(results=told))


async def first(tx: Transaction, run_id: int, case_id: int) -> bool:
    """Return whether a run has not done this case yet, and write that it does, in the
    transaction that does it: of a press that was cut off only the rest is done anew.
    """
    row = insert(bulk_done).values(run_id=run_id, case_id=case_id)
    return bool(await tx.run(row.on_conflict_do_nothing()))


async def note(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Keep who had a case before, in the transaction that changes it."""
    await tx.run(insert(bulk_changes).values(**dict(values)))


async def claim_undo(
    tx: Transaction, run_id: int, person_id: int, within: timedelta
) -> Sequence[Row[Any]] | None:
    """Return the changes of a person's own run, to be undone by nobody else; None: too late."""
    claimed = await tx.run(
        update(bulk_runs)
        .where(
            bulk_runs.c.id == run_id,
            bulk_runs.c.person_id == person_id,
            bulk_runs.c.undone_at.is_(None),
            bulk_runs.c.at > tx.now - within,
        )
        .values(undone_at=tx.now)
    )
    if not claimed:
        return None
    return await tx.rows(
        select(bulk_changes, cases.c.number)
        .join(cases, cases.c.id == bulk_changes.c.case_id)
        .where(bulk_changes.c.run_id == run_id)
        .order_by(bulk_changes.c.id)
    )
