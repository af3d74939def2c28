"""Use case (the sweep): a hand-over that nobody accepted goes back, and both hear of it.

Period: once a second, in every supervisor; two at once are harmless (SKIP LOCKED).
"""

from typing import Any

from hotline.actions.steps import hand_over
from hotline.cases.terms import ReferralStatus
from hotline.identity.viewer import SWEEP
from hotline.runtime import Runtime
from hotline.store import cases, clocks, notices, referrals
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Nudge, Transaction


async def return_overdue(rt: Runtime) -> int:
    """Give back one batch of hand-overs whose time has passed; return how many were due."""
    async with rt.transaction(SWEEP) as tx:
        due = await referrals.claim_overdue(tx, rt.config.service.work.sweep_batch)
        for row in due:
            case = await cases.by_id(tx, row.case_id)
            fresh = (
                next((r for r in case.referrals if r.id == row.id), None) if case else None
            )
            if case is not None and fresh is not None:
                await _give_back(rt, tx, case, fresh)
        if due:
            tx.nudge(Nudge("board"))
        return len(due)


async def _give_back(rt: Runtime, tx: Transaction, case: OpenedCase, row: Any) -> None:
    later = _still_running(rt, case, row)
    if later is not None and later > tx.now:
        await referrals.change(tx, row.id, {"return_at": later})
        return
    if row.handed_from is not None and row.status in hand_over.WAITING:
        giver = next((r for r in case.referrals if r.id == row.handed_from), row)
        await hand_over.call_off(tx, case, row, event="handover_returned")
        if row.status == ReferralStatus.OFFERED:
            notices.put(tx, row.body_id, "handover_returned", case_id=case.id)
    elif row.handed_to is not None:
        giver = row
        await referrals.change(tx, row.id, {"handed_to": None, "return_at": None})
        data = {"body": row.body_id, "person_id": row.handed_to, "referral": row.id}
        tx.record("handover_returned", case_id=case.id, data=data)
        notices.put(
            tx,
            row.body_id,
            "handover_returned",
            case_id=case.id,
            person_id=row.handed_to,
        )
    else:  # it was answered meanwhile
        await referrals.change(tx, row.id, {"return_at": None})
        return
    notices.put(
        tx,
        giver.body_id,
        "handover_returned",
        case_id=case.id,
        person_id=giver.assignee_id,
    )
    notices.put(tx, notices.SHIFT, "handover_returned", case_id=case.id)
    await cases.change(tx, case.id, {})
    clocks.refresh_due(tx, [case.id])
    tx.nudge(case.nudge())


def _still_running(rt: Runtime, case: OpenedCase, row: Any) -> Any:
    """Return until when the receiver has time, counted from when 111 showed it to them."""
    if row.handed_from is None or row.offered_at is None:
        return None
    return hand_over.back_at(rt, row.offered_at, case.row.urgency)
