"""Use case: a body does not take a case, or gives it back; the next body is proposed."""

from typing import Any

from hotline.actions.steps import complaints
from hotline.actions.steps.hand_over import call_off_from, tell_giver
from hotline.actions.steps.move import Moving, moving
from hotline.actions.steps.reroute import reroute_lead
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ClockName, ClockState, DeclineCode, ReferralStatus
from hotline.errors import NotAllowed, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, keys, notices, referrals
from hotline.store.clocks import ClockOwner


async def decline_referral(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    referral_id: int | None,
    *,
    code: str,
    text: str,
    giving_back: bool = False,
    version: int | None = None,
) -> None:
    """Decline an offered referral, or return an accepted one, with code and text.

    No clock starts over: the acceptance clock goes on with the next body. A declined
    hand-over stays with the giver. Errors: RuleForbids names `code` or `text`; NotFound,
    NotAllowed, Stale.
    """
    reason = _reason(code, text)
    move = Move.RETURN if giving_back else Move.DECLINE
    async with moving(rt, viewer, number, move, version) as moved:
        referral = moved.referral(referral_id)
        if not giving_back and referral.handed_to == viewer.person_id:
            await _not_from_colleague(moved, referral, reason)
            return
        _check(moved, referral, giving_back=giving_back)
        status = ReferralStatus.RETURNED if giving_back else ReferralStatus.DECLINED
        await end(moved, referral, status=status, reason=reason, text=text)
        if reason is DeclineCode.CONFLICT:
            await complaints.declared_itself(moved.tx, moved.case.id, referral.body_id)
        await pass_on(rt, moved, referral, reason)
        if reason is DeclineCode.CONFLICT:  # whoever is below that body is out too
            await complaints.part_ways(rt, moved.tx, moved.case.id)


async def end(
    moved: Moving,
    referral: Any,
    *,
    status: ReferralStatus,
    reason: DeclineCode,
    text: str,
    event: str | None = None,
) -> None:
    """End a body's referral with code and words; 111 hears of it."""
    tx, case = moved.tx, moved.case
    key = await keys.load_one(tx, case.id)
    sealed = key.seal_text("declined", text)
    await referrals.end(
        tx, referral.id, status, declined_code=reason, sealed_declined_text=sealed
    )
    await call_off_from(tx, case, referral.id)
    known = {"body": referral.body_id, "code": reason, "referral": referral.id}
    tx.record(event or f"referral_{status}", case_id=case.id, data=known)
    notices.put(tx, notices.SHIFT, f"referral_{status}", case_id=case.id)
    tell_giver(tx, case, referral, "handover_declined")


async def pass_on(rt: Runtime, moved: Moving, referral: Any, reason: DeclineCode) -> None:
    """Seek the next lead; of a co-executor's part only its own clocks end."""
    if referral.lead:
        await moved.advance({"assignee_id": None})
        await reroute_lead(rt, moved.tx, referral, reason)
        return
    await clocks.end(
        moved.tx,
        ClockOwner(referral_id=referral.id),
        state=ClockState.CANCELLED,
        names=[ClockName.ACCEPTANCE, ClockName.REDIRECT],
        reason=reason,
    )
    await cases.change(moved.tx, moved.case.id, {})


async def _not_from_colleague(moved: Moving, referral: Any, reason: DeclineCode) -> None:
    """Leave with the giver what a colleague does not take over."""
    tx, case = moved.tx, moved.case
    await referrals.change(tx, referral.id, {"handed_to": None, "return_at": None})
    await cases.change(tx, case.id, {})
    data = {"body": referral.body_id, "code": reason, "referral": referral.id}
    tx.record("handover_declined", case_id=case.id, data=data)
    who = referral.assignee_id
    notices.put(tx, referral.body_id, "handover_declined", case_id=case.id, person_id=who)


def _reason(code: str, text: str) -> DeclineCode:
    if code not in set(DeclineCode):
        raise RuleForbids("choose why", code="unknown_code", field="code")
    if not text.strip():  # a code alone explains nothing
        raise RuleForbids("say why", code="reason_missing", field="text")
    return DeclineCode(code)


def _check(moved: Moving, referral: Any, *, giving_back: bool) -> None:
    wanted = ReferralStatus.ACCEPTED if giving_back else ReferralStatus.OFFERED
    if referral.body_id not in moved.viewer.bodies:
        raise NotAllowed("only the body that was asked may answer")
    if referral.status != wanted:
        raise RuleForbids(f"the referral is not {wanted}", code=f"not_{wanted}")
