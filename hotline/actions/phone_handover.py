"""Use case: a body without a login takes a case over by voice: 111 writes who, and the number."""

from hotline.actions.steps.hand_over import take_over
from hotline.actions.steps.move import moving
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ClockName, ClockState, ReferralStatus
from hotline.errors import RuleForbids, Stale
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, duty, referrals, voice_handovers
from hotline.store.clocks import ClockOwner


async def phone_handover(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    referral_id: int,
    *,
    name: str,
    reference: str | None = None,
    version: int | None = None,
) -> None:
    """Record a hand-over by voice: the referral is accepted, its `acceptance` clock is met.

    `name`: who took it over, or their badge; `reference`: the KUI or ERDR number, when given.
    The caller at 111 stays the case's assignee where the body leads: it has no other.

    Errors: NotFound, NotAllowed, Stale; RuleForbids `name_missing`, `has_login`,
    `not_offered`, each with its field.
    """
    if not name.strip():
        raise RuleForbids("name: who took it over?", code="name_missing", field="name")
    async with moving(rt, viewer, number, Move.PHONE_HANDOVER, None) as moved:
        tx, case = moved.tx, moved.case
        referral = moved.referral(referral_id)
        if referral.status == ReferralStatus.ACCEPTED:
            raise Stale("it is accepted already", code="already_accepted")
        if version is not None and version != case.row.version:
            raise Stale("the case has changed since you read it", version=case.row.version)
        if await duty.has_login(tx, referral.body_id):
            raise RuleForbids(
                "this body accepts by itself", code="has_login", field="referral"
            )
        if referral.status != ReferralStatus.OFFERED:
            raise RuleForbids("offer it first", code="not_offered", field="referral")
        await voice_handovers.add(
            tx, case.id, referral.id, name.strip(), (reference or "").strip()
        )
        leads = await take_over(moved, referral)
        taken = {
            "status": ReferralStatus.ACCEPTED,
            "accepted_at": tx.now,
            "accepted_by": viewer.person_id,
            "lead": leads,
            "return_at": None,
        }
        await referrals.change(tx, referral.id, taken)
        if leads:
            await moved.advance({"assignee_id": viewer.person_id})
        else:
            await cases.change(tx, case.id, {})
        await clocks.end(
            tx,
            ClockOwner(referral_id=referral.id),
            state=ClockState.MET,
            names=[ClockName.ACCEPTANCE, ClockName.REDIRECT],
        )
        tx.record(
            "phone_handed_over",
            case_id=case.id,
            data={"body": referral.body_id, "referral": referral.id},
        )
