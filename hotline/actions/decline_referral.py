"""Use case: a body does not take a case, or gives it back; the next body is proposed."""

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

    No clock starts over: the acceptance clock goes on with the next body. Errors:
    RuleForbids names `code` or `text`; NotFound, NotAllowed, Stale.
    """
    reason = _reason(code, text)
    move = Move.RETURN if giving_back else Move.DECLINE
    async with moving(rt, viewer, number, move, version) as moved:
        tx, case = moved.tx, moved.case
        referral = moved.referral(referral_id)
        _check(moved, referral, giving_back=giving_back)
        key = await keys.load_one(tx, case.id)
        status = ReferralStatus.RETURNED if giving_back else ReferralStatus.DECLINED
        ended = {
            "status": status,
            "ended_at": tx.now,
            "declined_code": reason,
            "sealed_declined_text": key.seal_text("declined", text),
        }
        await referrals.change(tx, referral.id, ended)
        tx.record(
            f"referral_{status}",
            case_id=case.id,
            data={"body": referral.body_id, "code": reason, "referral": referral.id},
        )
        notices.put(tx, notices.SHIFT, f"referral_{status}", case_id=case.id)
        if referral.lead:
            await moved.advance({"assignee_id": None})
            await reroute_lead(rt, tx, referral, reason)
        else:
            await clocks.end(
                tx,
                ClockOwner(referral_id=referral.id),
                state=ClockState.CANCELLED,
                names=[ClockName.ACCEPTANCE, ClockName.REDIRECT],
                reason=status,
            )
            await cases.change(tx, case.id, {})


def _reason(code: str, text: str) -> DeclineCode:
    if code not in set(DeclineCode):
        raise RuleForbids("choose why", code="unknown_code", field="code")
    if not text.strip():  # a code alone explains nothing
        raise RuleForbids("say why", code="reason_missing", field="text")
    return DeclineCode(code)


def _check(moved: Moving, referral: object, *, giving_back: bool) -> None:
    wanted = ReferralStatus.ACCEPTED if giving_back else ReferralStatus.OFFERED
    if getattr(referral, "body_id", None) not in moved.viewer.bodies:
        raise NotAllowed("only the body that was asked may answer")
    if getattr(referral, "status", None) != wanted:
        raise RuleForbids(f"the referral is not {wanted}", code=f"not_{wanted}")
