"""Step: what follows from another urgency of a case: clocks, hand-offs, a second reading."""

from hotline.actions.steps import run_clocks, wake
from hotline.actions.steps.open_case import require_handoffs
from hotline.cases.terms import ClockName, ClockState
from hotline.runtime import Runtime
from hotline.store import cases, clocks, notices, urgency_reviews
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Transaction

AT_CONFIRMATION = "confirm"  # the reason, where a contact was confirmed as less urgent


async def set_urgency(
    rt: Runtime,
    tx: Transaction,
    case_id: int,
    *,
    before: int,
    reason: str = AT_CONFIRMATION,
) -> OpenedCase:
    """Recompute deadlines from receipt for the urgency that stands in the case's row now.

    Every lowering is put before a second person, with its reason and half an hour.
    """
    case = await cases.again(tx, case_id)
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
        await _ask_second_person(rt, tx, case, before=before, reason=reason)
    else:
        await _nothing_to_reread(tx, case)
        await wake.begin_raised(rt, tx, case, before=before)
    return case


async def _ask_second_person(
    rt: Runtime, tx: Transaction, case: OpenedCase, *, before: int, reason: str
) -> None:
    """Put a lowering before a second person. One clock a case, while it is not late."""
    row, owner = case.row, ClockOwner(case_id=case.id)
    await urgency_reviews.put(tx, case.id, before=before, after=row.urgency, reason=reason)
    notices.put(tx, notices.SHIFT, "reread_lowered", case_id=case.id)
    unmet = await clocks.unmet(tx, owner)
    if run_clocks.run_in_time(unmet, ClockName.LOWERED_REREAD, tx.now):
        return
    await run_clocks.start(
        rt,
        tx,
        [owner],
        [ClockName.LOWERED_REREAD],
        started_at=tx.now,
        urgency=before,
        regime=row.regime,
    )


async def _nothing_to_reread(tx: Transaction, case: OpenedCase) -> None:
    """End the second reading of what was raised again meanwhile."""
    if not await urgency_reviews.of_case(tx, case.id, case.row.urgency):
        await clocks.end(
            tx,
            ClockOwner(case_id=case.id),
            state=ClockState.CANCELLED,
            names=[ClockName.LOWERED_REREAD],
            reason="restored",
        )
