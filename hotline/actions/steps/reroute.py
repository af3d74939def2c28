"""Step: a body does not take a case: the next is proposed; no clock starts over."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from hotline.actions.steps import hand_over, offer, route, run_clocks, wake
from hotline.cases.lifecycle import Move, next_status
from hotline.cases.terms import BodyId, CaseStatus, ClockState, DeclineCode, ReferralStatus
from hotline.routing.office import OWN_QUEUE, RoutingDecision
from hotline.runtime import Runtime
from hotline.store import cases, clocks, notices, referrals
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Transaction

WAITING = (ReferralStatus.PROPOSED, ReferralStatus.OFFERED)
REFUSED = (ReferralStatus.DECLINED, ReferralStatus.RETURNED)
# These ask 111 to do something first; another body would send it back as well.
BACK_TO_111 = (DeclineCode.DUPLICATE, DeclineCode.TOO_LITTLE)


async def reroute_corrected(rt: Runtime, tx: Transaction, case: OpenedCase) -> None:
    """Route afresh after a person corrected matter or place; a lead that accepted stays.

    What no body has accepted is withdrawn; running offer clocks go along to the new lead.
    """
    at_work = [r for r in case.referrals if r.lead and r.status == ReferralStatus.ACCEPTED]
    if any(r.body_id != OWN_QUEUE for r in at_work):
        return
    # What 111's own queue took on meanwhile goes on to the body that it was meant for.
    waiting = [r for r in case.referrals if r.status in WAITING or r in at_work]
    for referral in waiting:
        await referrals.end(tx, referral.id, ReferralStatus.WITHDRAWN)
        data = {"body": referral.body_id, "reason": "corrected"}
        tx.record("referral_withdrawn", case_id=case.id, data=data)
    if case.status != CaseStatus.REOPENED:
        await cases.change(tx, case.id, {"status": CaseStatus.TRIAGE, "assignee_id": None})
    fresh = await cases.again(tx, case.id)
    chosen = await route.choose(rt, tx, fresh, excluded=refused_by(fresh))
    await _ask(rt, tx, fresh, chosen, [r.id for r in waiting if r.lead])
    for referral in waiting:
        await clocks.end(
            tx,
            ClockOwner(referral_id=referral.id),
            state=ClockState.CANCELLED,
            reason="corrected",
        )


def refused_by(case: OpenedCase) -> dict[BodyId, str]:
    """Return the bodies that declined, gave it back or are in conflict: not asked again."""
    refused = {BodyId(r.body_id): r.status for r in case.referrals if r.status in REFUSED}
    return refused | dict.fromkeys(case.access.conflicted, DeclineCode.CONFLICT)


async def reroute_lead(
    rt: Runtime,
    tx: Transaction,
    refused: Any,
    code: DeclineCode | None,
    also: Mapping[BodyId, str] | None = None,
) -> BodyId:
    """Propose the case to the next lead; the running offer clocks go along with it.

    `also`: bodies that are not asked again, and why. Returns the lead. 111's own queue is
    inside, so it is offered at once; any other body waits for a person at 111, because no
    machine alone shows a case to an outside body.
    """
    case = await cases.by_id(tx, refused.case_id, lock=True)
    if case is None:
        raise RuntimeError("a referral points to no case")
    chosen = await route.choose(
        rt,
        tx,
        case,
        excluded=refused_by(case) | dict(also or {}),
        only_own=code in BACK_TO_111,
    )
    await _ask(rt, tx, case, chosen, [refused.id])
    if chosen.lead == OWN_QUEUE:
        await offer.offer_all(rt, tx, case.id, by="person", only=OWN_QUEUE)
    return chosen.lead


async def pass_on(rt: Runtime, tx: Transaction, referral: Any, why: str) -> BodyId:
    """Withdraw what nobody of the body can take and ask the next at once; return who leads.

    `referral`: the lead's, proposed or offered. `why`: offered | absent | ran_out.
    """
    await referrals.end(tx, referral.id, ReferralStatus.WITHDRAWN)
    body = BodyId(referral.body_id)
    data = {"body": body, "reason": f"nobody_{why}"}
    tx.record("referral_withdrawn", case_id=referral.case_id, data=data)
    case = await cases.by_id(tx, referral.case_id, lock=True)
    if case is not None and referral.status == ReferralStatus.OFFERED:
        back = {"status": next_status(case.status, Move.DECLINE), "assignee_id": None}
        await cases.change(tx, case.id, back)
    notices.put(tx, notices.SHIFT, "nobody_there", case_id=referral.case_id)
    return await reroute_lead(rt, tx, referral, None, {body: f"nobody_{why}"})


async def _ask(
    rt: Runtime,
    tx: Transaction,
    case: OpenedCase,
    chosen: RoutingDecision,
    leaving: Sequence[int],
) -> None:
    """Propose the case to the chosen; running offer clocks of who led go along to the lead.

    `leaving`: the referrals of who led. A lead that has the case already, to help or to take
    it over from somebody, keeps its referral, and nothing of its old part stays with it.
    """
    there = next((r for r in case.referrals if _has_it(r, chosen.lead)), None)
    lead_id = await route.propose(rt, tx, case, chosen)
    if there is not None:
        await _leave_old_part(tx, case, there)
    brought = [await clocks.unmet(tx, ClockOwner(referral_id=one)) for one in leaving]
    for one in leaving:
        await clocks.move_to_referral(tx, one, lead_id)
    if there is not None and there.status != ReferralStatus.PROPOSED:
        known = {clock.name for clocks_of_one in brought for clock in clocks_of_one}
        await _promote(rt, tx, case, there, known)


def _has_it(referral: Any, body: BodyId) -> bool:
    return referral.body_id == body and referral.status in route.OPEN and not referral.lead


async def _leave_old_part(tx: Transaction, case: OpenedCase, there: Any) -> None:
    """End the clocks and hand-overs of a body's part before it is to lead.

    A lead with the deadline of a hand-over would be withdrawn by the sweep.
    """
    gone = dict.fromkeys(("handed_from", "handed_to", "return_at"))
    await referrals.change(tx, there.id, gone)
    await hand_over.call_off_from(tx, case, there.id)
    owner = ClockOwner(referral_id=there.id)
    await clocks.end(tx, owner, state=ClockState.CANCELLED, reason="now_lead")


async def _promote(
    rt: Runtime, tx: Transaction, case: OpenedCase, there: Any, brought: Collection[str]
) -> None:
    """Ask a body that reads the case already to lead: it has said yes to helping only.

    `brought`: names of the clocks that came along from who led; the others start now.
    """
    asked = {"status": ReferralStatus.OFFERED, "offered_at": tx.now}
    asked |= dict.fromkeys(("accepted_at", "accepted_by"))
    await referrals.change(tx, there.id, asked)
    data = {"body": there.body_id, "lead": True, "by": there.offered_by}
    tx.record("referral_offered", case_id=case.id, data=data)
    notices.put(tx, there.body_id, "offered", case_id=case.id)
    await cases.change(tx, case.id, {"status": next_status(case.status, Move.OFFER)})
    await run_clocks.start(
        rt,
        tx,
        [ClockOwner(case_id=case.id, referral_id=there.id)],
        [name for name in run_clocks.OF_AN_OFFER if name not in brought],
        started_at=tx.now,
        urgency=case.row.urgency,
        regime=case.row.regime,
    )
    clocks.refresh_due(tx, [case.id])
    cause = wake.Cause(
        wake.OFFERED,
        BodyId(there.body_id),
        case.row.urgency,
        case_id=case.id,
        referral_id=there.id,
    )
    await wake.begin(rt, tx, [cause], case, anew=True)  # asked to help is not asked to lead
