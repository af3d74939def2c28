"""Step: what follows from another urgency of a case: clocks, hand-offs, a second reading."""

from hotline.actions.steps import run_clocks
from hotline.actions.steps.open_case import require_handoffs
from hotline.runtime import Runtime
from hotline.store import cases, clocks, notices
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Transaction


async def set_urgency(
    rt: Runtime, tx: Transaction, case_id: int, *, before: int
) -> OpenedCase:
    """Recompute deadlines from receipt for the urgency that stands in the case's row now.

    A lowered level is put before a second person.
    """
    case = await cases.by_id(tx, case_id)
    if case is None:
        raise RuntimeError("a case vanished inside its own transaction")
    row = case.row
    owner = ClockOwner(case_id=case_id)
    rows = await clocks.unmet(tx, owner)
    await run_clocks.recompute(
        rt, tx, rows, urgency=row.urgency, regime=row.regime, rural=row.rural
    )
    known = await clocks.names(tx, owner)
    await run_clocks.start(
        rt,
        tx,
        [owner],
        [name for name in run_clocks.OF_THE_CASE if name not in known],
        started_at=row.received_at,
        urgency=row.urgency,
        regime=row.regime,
        rural=row.rural,
    )
    await require_handoffs(rt, tx, case_id, row.subcategory, row.urgency, row.received_at)
    tx.record("urgency_changed", case_id=case_id, data={"from": before, "to": row.urgency})
    if row.urgency > before:
        notices.put(tx, notices.SHIFT, "reread_lowered", case_id=case_id)
    return case
