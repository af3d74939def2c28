"""Step: a warm hand-over: the giver answers for the case until the receiver says yes."""

from datetime import datetime
from typing import Any

from hotline.actions.steps.move import Moving
from hotline.cases.terms import ClockState, ReferralStatus, Urgency
from hotline.runtime import Runtime
from hotline.sla.deadline import due_at
from hotline.store import clocks, notices, referrals
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Transaction

WAITING = (ReferralStatus.PROPOSED, ReferralStatus.OFFERED)


def back_at(rt: Runtime, since: datetime, urgency: int) -> datetime:
    """Return when a hand-over that began `since` goes back unless somebody accepted."""
    limit = rt.config.purposes.return_within[Urgency(urgency)]
    return due_at(since, limit, rt.calendar)


def waiting_from(case: OpenedCase, giver: int) -> list[Any]:
    """Return the referrals that wait to take over from the referral `giver`."""
    return [r for r in case.referrals if r.handed_from == giver and r.status in WAITING]


def giver_of(case: OpenedCase, receiver: Any) -> Any | None:
    """Return the referral that answers until `receiver` is accepted, or None."""
    given = (r for r in case.referrals if r.id == receiver.handed_from)
    return next((r for r in given if r.status == ReferralStatus.ACCEPTED), None)


def tell_giver(tx: Transaction, case: OpenedCase, receiver: Any, what: str) -> None:
    """Tell who answers for the case still, if anybody, that `receiver` does not take it."""
    giver = giver_of(case, receiver)
    if giver is not None:
        who = giver.assignee_id
        notices.put(tx, giver.body_id, what, case_id=case.id, person_id=who)


async def take_over(moved: Moving, receiver: Any) -> bool:
    """End the giver's referral now that `receiver` said yes; return whether it led.

    The giver loses the case with it; what it did stays in the history.
    """
    tx, case = moved.tx, moved.case
    giver = giver_of(case, receiver)
    if giver is None:
        return bool(receiver.lead)
    await referrals.end(tx, giver.id, ReferralStatus.RETURNED)
    await clocks.move_to_referral(tx, giver.id, receiver.id)
    data = {"body": giver.body_id, "to_body": receiver.body_id, "referral": receiver.id}
    tx.record("handover_accepted", case_id=case.id, data=data)
    who = giver.assignee_id
    notices.put(tx, giver.body_id, "handover_accepted", case_id=case.id, person_id=who)
    return bool(giver.lead)


async def call_off(tx: Transaction, case: OpenedCase, waiting: Any, *, event: str) -> None:
    """End a hand-over that nobody accepted; the giver goes on as if it had never asked."""
    await referrals.end(tx, waiting.id, ReferralStatus.WITHDRAWN)
    await clocks.end(
        tx,
        ClockOwner(referral_id=waiting.id),
        state=ClockState.CANCELLED,
        reason=event,
    )
    data = {"body": waiting.body_id, "referral": waiting.id}
    tx.record(event, case_id=case.id, data=data)


async def call_off_from(tx: Transaction, case: OpenedCase, giver: int) -> None:
    """Call off what waits to take over from the referral `giver`, which answers no longer."""
    for waiting in waiting_from(case, giver):
        await call_off(tx, case, waiting, event="handover_taken_back")
