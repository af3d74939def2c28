"""Use case: a body says that the case is another body's matter, within the law's term."""

from typing import Any

from hotline.actions.decline_referral import end, pass_on
from hotline.actions.record_work import need
from hotline.actions.steps.extracts import proposal
from hotline.actions.steps.move import Moving, moving
from hotline.actions.steps.receiver import possible
from hotline.actions.steps.tell_applicant import tell_applicants
from hotline.cases.lifecycle import Move
from hotline.cases.terms import (
    BodyKind,
    ClockName,
    ClockState,
    DeclineCode,
    ReferralStatus,
)
from hotline.errors import NotAllowed, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.sla.deadline import due_at
from hotline.store import cases, clocks, keys, notices, referrals
from hotline.store.clocks import ClockOwner

STATUS = {
    ReferralStatus.OFFERED: ReferralStatus.DECLINED,
    ReferralStatus.ACCEPTED: ReferralStatus.RETURNED,
}


async def wrong_body(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    referral_id: int | None,
    *,
    text: str,
    to_body: str | None = None,
    version: int | None = None,
) -> None:
    """Pass a case on as not one's own matter; meets the referral's `redirect` clock.

    The applicant is told in neutral words: sent where that is safe, else deposited. The next
    body, or `to_body` where one is named, is proposed. Errors: RuleForbids
    `redirect_too_late` after the law's working days, else naming the field; NotFound,
    NotAllowed, Stale.
    """
    said = need(text, "text")
    async with moving(rt, viewer, number, Move.WRONG_BODY, version) as moved:
        tx, case = moved.tx, moved.case
        referral = moved.referral(referral_id)
        _check(rt, moved, referral)
        await clocks.end(
            tx,
            ClockOwner(referral_id=referral.id),
            state=ClockState.MET,
            names=[ClockName.REDIRECT],
        )
        await end(
            moved,
            referral,
            status=STATUS[referral.status],
            reason=DeclineCode.NOT_OUR_MATTER,
            text=said,
            event="referral_redirected",
        )
        await _tell_applicant(rt, moved)
        if to_body is None:
            await pass_on(rt, moved, referral, DeclineCode.NOT_OUR_MATTER)
        else:
            await _propose(rt, moved, referral, to_body)
        clocks.refresh_due(tx, [case.id])


def _check(rt: Runtime, moved: Moving, referral: Any) -> None:
    if referral.body_id not in moved.viewer.bodies:
        raise NotAllowed("only the body that was asked may answer")
    if referral.status not in STATUS:
        raise RuleForbids("the referral is not open", code="not_open", field="referral")
    until = due_at(referral.offered_at, rt.config.purposes.redirect_within, rt.calendar)
    if moved.tx.now > until:
        raise RuleForbids(
            "the law's term for passing it on has ended; give it back with a reason, and"
            " 111 decides",
            code="redirect_too_late",
            until=until.isoformat(),
        )


async def _tell_applicant(rt: Runtime, moved: Moving) -> None:
    """Tell whoever wrote in neutral words: sent where that is safe, else deposited.

    Where writing is safe, a person at 111 is asked to write as well.
    """
    tx, case = moved.tx, moved.case
    if await tell_applicants(rt, tx, case.id, "redirected"):
        notices.put(tx, notices.SHIFT, "tell_applicant", case_id=case.id)


async def _propose(rt: Runtime, moved: Moving, old: Any, to_body: str) -> None:
    """Propose the case to the body that the giver named; 111 shows it, nobody else."""
    tx, case = moved.tx, moved.case
    target = await possible(
        rt, tx, case, to_body, lead=old.lead, field="to_body", giver=old.body_id
    )
    key = await keys.load_one(tx, case.id)
    asked = proposal(rt, case, key, (target.id, BodyKind(target.kind)), lead=old.lead)
    fresh = await referrals.propose(tx, case.id, case.row.urgency, [asked])
    await clocks.move_to_referral(tx, old.id, fresh[target.id])
    if old.lead:
        await moved.advance({"assignee_id": None})
    else:
        await cases.change(tx, case.id, {})
