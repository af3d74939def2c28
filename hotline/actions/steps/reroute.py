"""Step: a body does not take a case: the next is proposed; no clock starts over."""

from typing import Any

from hotline.actions.steps import offer, route
from hotline.cases.terms import BodyId, DeclineCode, ReferralStatus
from hotline.routing.office import OWN_QUEUE
from hotline.runtime import Runtime
from hotline.store import cases, clocks, referrals
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Transaction

REFUSED = (ReferralStatus.DECLINED, ReferralStatus.RETURNED)
# These ask 111 to do something first; another body would send it back as well.
BACK_TO_111 = (DeclineCode.DUPLICATE, DeclineCode.TOO_LITTLE)


async def withdraw_proposed(tx: Transaction, case: OpenedCase, reason: str) -> None:
    """Take proposals back that nobody outside has seen."""
    for referral in case.referrals:
        if referral.status == ReferralStatus.PROPOSED:
            ended = {"status": ReferralStatus.WITHDRAWN, "ended_at": tx.now}
            await referrals.change(tx, referral.id, ended)
            data = {"body": referral.body_id, "reason": reason}
            tx.record("referral_withdrawn", case_id=case.id, data=data)


async def reroute_lead(
    rt: Runtime, tx: Transaction, refused: Any, code: DeclineCode
) -> None:
    """Propose the case to the next lead; the running offer clocks go along with it.

    111's own queue is inside, so it is offered at once; any other body waits for a person
    at 111, because no machine alone shows a case to an outside body.
    """
    case = await cases.by_id(tx, refused.case_id, lock=True)
    if case is None:
        raise RuntimeError("a referral points to no case")
    excluded = {BodyId(r.body_id): r.status for r in case.referrals if r.status in REFUSED}
    chosen = await route.choose(
        rt, tx, case, excluded=excluded, only_own=code in BACK_TO_111
    )
    lead_id = await route.propose(rt, tx, case, chosen)
    await clocks.move_to_referral(tx, refused.id, lead_id)
    if chosen.lead == OWN_QUEUE:
        await offer.offer_all(rt, tx, case.id, by="person", only=OWN_QUEUE)
