"""Use case: a case ends: with assistance and check, or a lawful exception of two people."""

from hotline.actions.record_work import need
from hotline.actions.steps import complaints, route, run_clocks
from hotline.actions.steps.co_executors import require_ended
from hotline.actions.steps.move import Moving, moving
from hotline.actions.steps.quality_call import start_quality_call
from hotline.actions.steps.reroute import refused_by
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ClockName, ClockState, LawfulException, ReferralStatus
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, notes, notices, referrals
from hotline.store.clocks import ClockOwner


async def close_case(
    rt: Runtime, viewer: Viewer, number: str, version: int | None = None
) -> None:
    """Close a case whose outcome is recorded.

    Errors: RuleForbids when it is not, or when a co-executor is still at work.
    """
    async with moving(rt, viewer, number, Move.CLOSE, version) as moved:
        require_ended(moved.case)
        await _end(moved)
        await moved.advance({"closed_at": moved.tx.now})
        moved.tx.record("case_closed", case_id=moved.case.id)
        await start_quality_call(rt, moved.tx, moved.case)


async def close_by_exception(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    code: str,
    text: str,
    version: int | None = None,
) -> bool:
    """Sign a lawful exception; return whether it closed the case, as the second person's does.

    Errors: RuleForbids for an unknown code, the same person twice, or another code.
    """
    if code not in set(LawfulException):
        raise RuleForbids("unknown exception", code="unknown_exception", field="exception")
    reason = need(text, "text")
    move = Move.CLOSE_BY_EXCEPTION
    async with moving(rt, viewer, number, move, version) as moved:
        tx, row = moved.tx, moved.case.row
        await notes.add(tx, row.id, "exception", reason)
        if row.exception_by is None or row.exception_code != code:
            first = {"exception_code": code, "exception_by": viewer.person_id}
            await cases.change(tx, row.id, {**first, "exception_second": None})
            tx.record(
                "exception_signed", case_id=row.id, data={"code": code, "by": "first"}
            )
            notices.put(tx, notices.SHIFT, "exception_to_sign", case_id=row.id)
            return False
        if row.exception_by == viewer.person_id:
            raise RuleForbids("another person must sign", code="second_person_needed")
        await _end(moved)
        await moved.advance({"exception_second": viewer.person_id, "closed_at": tx.now})
        tx.record("exception_signed", case_id=row.id, data={"code": code, "by": "second"})
        tx.record("case_closed", case_id=row.id, data={"exception": code})
        return True


async def _end(moved: Moving) -> None:
    """End what still runs: clocks that were late stay late in the ledger."""
    tx = moved.tx
    await clocks.end(
        tx,
        ClockOwner(case_id=moved.case.id),
        state=ClockState.CANCELLED,
        names=run_clocks.END_WITH_CASE,
        reason="case_closed",
    )
    for referral in moved.case.referrals:
        if referral.status == ReferralStatus.ACCEPTED:
            await referrals.end(tx, referral.id, ReferralStatus.DONE)
        elif referral.status in (ReferralStatus.PROPOSED, ReferralStatus.OFFERED):
            await referrals.end(tx, referral.id, ReferralStatus.WITHDRAWN)
            if referral.status == ReferralStatus.OFFERED:
                data = {"body": referral.body_id, "reason": "case_closed"}
                tx.record("referral_withdrawn", case_id=moved.case.id, data=data)


async def reopen_case(
    rt: Runtime, viewer: Viewer, number: str, reason: str, version: int | None = None
) -> None:
    """Open a closed case again; it needs a new outcome. What was recorded stays in its notes."""
    said = need(reason, "reason")
    async with moving(rt, viewer, number, Move.REOPEN, version) as moved:
        tx, case = moved.tx, moved.case
        await notes.keep_outcome(tx, case.row)
        await notes.add(tx, case.id, "reopened", said)
        await moved.advance(REOPENED)
        for referral in case.referrals:
            # A co-executor has done its part; 111 asks it anew where it is needed.
            if referral.lead and referral.status == ReferralStatus.DONE:
                again = {"status": ReferralStatus.ACCEPTED, "ended_at": None}
                await referrals.change(tx, referral.id, again)
        tx.record("case_reopened", case_id=case.id)
        # Whom it complains of since it was closed is not asked again.
        await complaints.part_ways(rt, tx, case.id)
        await _start_again(rt, moved)


async def _start_again(rt: Runtime, moved: Moving) -> None:
    """Run the case's clocks from now, and seek a lead where none was at work."""
    tx, row = moved.tx, moved.case.row
    await clocks.end(
        tx,
        ClockOwner(case_id=row.id),
        state=ClockState.CANCELLED,
        names=[ClockName.QUALITY_CALL],
        reason="reopened",
    )
    await run_clocks.start(
        rt,
        tx,
        [ClockOwner(case_id=row.id)],
        run_clocks.OF_THE_CASE,
        started_at=tx.now,
        urgency=row.urgency,
        regime=row.regime,
        rural=row.rural,
    )
    fresh = await cases.by_id(tx, row.id)
    if fresh is not None and fresh.lead is None:
        chosen = await route.choose(rt, tx, fresh, excluded=refused_by(fresh))
        await route.propose(rt, tx, fresh, chosen)
    notices.put(tx, notices.SHIFT, "reopened", case_id=row.id)


REOPENED = {
    "closed_at": None,
    **dict.fromkeys(
        (
            "assistance_code",
            "sealed_assistance",
            "assistance_at",
            "check_kind",
            "sealed_check",
            "check_at",
            "exception_code",
            "exception_by",
            "exception_second",
        )
    ),
    "risk_assessed": False,
}
