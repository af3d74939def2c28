"""Step: who is still at work beside the lead; before them no case ends."""

from typing import Any

from hotline.cases.terms import ClockState, ReferralStatus
from hotline.errors import RuleForbids
from hotline.store import clocks, referrals
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Transaction

ASKED = (ReferralStatus.OFFERED, ReferralStatus.ACCEPTED)


def still_open(case: OpenedCase) -> list[Any]:
    """Return the co-executors' referrals that were asked and have not ended."""
    return [r for r in case.referrals if not r.lead and r.status in ASKED]


def require_ended(case: OpenedCase) -> None:
    """Errors: RuleForbids `co_executors_open` with the bodies that are still at work.

    Who was asked and never answered holds nobody up: the ladder told of it, and the end of
    the case takes the question back.
    """
    at_work = (r for r in still_open(case) if r.status == ReferralStatus.ACCEPTED)
    bodies = sorted({str(r.body_id) for r in at_work})
    if bodies:
        raise RuleForbids(
            f"still at work: {', '.join(bodies)}; they end their parts first",
            code="co_executors_open",
            bodies=bodies,
        )


async def end_part(tx: Transaction, referral: Any, *, reason: str) -> None:
    """End a co-executor's referral; of its clocks, what was late stays late."""
    accepted = referral.status == ReferralStatus.ACCEPTED
    status = ReferralStatus.DONE if accepted else ReferralStatus.WITHDRAWN
    await referrals.end(tx, referral.id, status)
    owner = ClockOwner(referral_id=referral.id)
    await clocks.end(tx, owner, state=ClockState.CANCELLED, reason=reason)
