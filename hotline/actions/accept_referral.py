"""Use case: a body takes a case on. Opening a page accepts nothing; this does."""

from hotline.actions.steps.move import moving
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ClockName, ClockState, ReferralStatus
from hotline.errors import NotAllowed, RuleForbids, Stale
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, people, referrals
from hotline.store.clocks import ClockOwner


async def accept_referral(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    referral_id: int | None,
    version: int | None = None,
) -> None:
    """Accept an offered referral; meets its `acceptance` and `redirect` clocks.

    The lead's acceptance makes the viewer the assignee. Errors: Stale names who was
    quicker; NotFound, NotAllowed, RuleForbids.
    """
    async with moving(rt, viewer, number, Move.ACCEPT, None) as moved:
        tx, case = moved.tx, moved.case
        referral = moved.referral(referral_id)
        if referral.status == ReferralStatus.ACCEPTED:
            if referral.accepted_by == viewer.person_id:
                return  # the same click twice
            who = await people.display_name(tx, referral.accepted_by)
            raise Stale(
                "somebody else has accepted it already", code="already_accepted", holder=who
            )
        if version is not None and version != case.row.version:
            raise Stale("the case has changed since you read it", version=case.row.version)
        if referral.body_id not in viewer.bodies:
            raise NotAllowed("only the body that was asked may accept")
        if referral.status != ReferralStatus.OFFERED:
            raise RuleForbids(
                "only an offered referral can be accepted", code="not_offered"
            )
        taken = {
            "status": ReferralStatus.ACCEPTED,
            "accepted_at": tx.now,
            "accepted_by": viewer.person_id,
        }
        await referrals.change(tx, referral.id, taken)
        if referral.lead:
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
            "referral_accepted",
            case_id=case.id,
            data={"body": referral.body_id, "lead": referral.lead, "referral": referral.id},
        )
