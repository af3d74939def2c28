"""Step: nobody at 111 looked in time. Silence never stops a case, and never betrays one."""

from hotline.actions.steps import offer, route
from hotline.cases.terms import ReferralStatus
from hotline.routing.office import OWN_QUEUE
from hotline.runtime import Runtime
from hotline.store import cases, referrals
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Transaction


async def offer_by_silence(rt: Runtime, tx: Transaction, case: OpenedCase) -> None:
    """Offer what was proposed.

    While a hint of power is unread nothing goes outside; then 111's own duty queue gets it.
    """
    # Whoever was quicker may have looked, or declared.
    now = await cases.again(tx, case.id, lock=True)
    if now.row.held:
        await _offer_own_queue(rt, tx, now)
    else:
        await offer.offer_case(rt, tx, now, by="fail_safe")


async def _offer_own_queue(rt: Runtime, tx: Transaction, case: OpenedCase) -> None:
    """Withdraw what was proposed outside and offer the case to 111's own duty people."""
    for referral in case.referrals:
        if referral.status == ReferralStatus.PROPOSED:
            await referrals.end(tx, referral.id, ReferralStatus.WITHDRAWN)
            data = {"body": referral.body_id}
            tx.record("referral_withdrawn", case_id=case.id, data=data)
    fresh = await cases.again(tx, case.id, lock=True)
    chosen = await route.choose(rt, tx, fresh, excluded={}, only_own=True)
    await route.propose(rt, tx, fresh, chosen)
    await offer.offer_all(rt, tx, case.id, by="fail_safe", only=OWN_QUEUE)
