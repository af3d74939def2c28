"""Use cases: a co-executor has done its part; or 111's supervisor ends it with a reason."""

from hotline.actions.record_work import need
from hotline.actions.steps.co_executors import ASKED, end_part
from hotline.actions.steps.move import moving
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ReferralStatus, Role
from hotline.errors import NotAllowed, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, notes, notices


async def part_done(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    referral_id: int | None,
    *,
    text: str,
    version: int | None = None,
) -> None:
    """Say what one's own body did for the case, and end its part. Errors: RuleForbids."""
    said = need(text, "text")
    async with moving(rt, viewer, number, Move.PART_DONE, version) as moved:
        tx, case = moved.tx, moved.case
        referral = moved.referral(referral_id)
        if referral.body_id not in viewer.bodies:
            raise NotAllowed("only the body itself says that its part is done")
        if referral.lead:
            raise RuleForbids("the lead ends by its outcome", code="lead_ends_by_outcome")
        if referral.status != ReferralStatus.ACCEPTED:
            raise RuleForbids("accept it first", code="not_accepted")
        note = await notes.add(tx, case.id, "note", said, referral_id=referral.id)
        await end_part(tx, referral, reason="part_done")
        await cases.change(tx, case.id, {})
        data = {"body": referral.body_id, "referral": referral.id, "note": note}
        tx.record("referral_done", case_id=case.id, data=data)
        if case.lead is not None:
            notices.put(
                tx,
                case.lead.body_id,
                "part_done",
                case_id=case.id,
                person_id=case.lead.assignee_id,
            )


async def end_part_for(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    referral_id: int,
    *,
    reason: str,
    version: int | None = None,
) -> None:
    """End another body's part, as supervisor of 111, with a reason that stands in the notes.

    Errors: NotAllowed for anybody else; RuleForbids for the lead's or an ended referral.
    """
    said = need(reason, "reason")
    async with moving(rt, viewer, number, Move.REFER, version) as moved:
        tx, case = moved.tx, moved.case
        if viewer.role is not Role.SUPERVISOR:
            raise NotAllowed("a supervisor of 111 ends another body's part")
        referral = moved.referral(referral_id)
        if referral.lead:
            raise RuleForbids("the lead ends by its outcome", code="lead_ends_by_outcome")
        if referral.status not in (ReferralStatus.PROPOSED, *ASKED):
            raise RuleForbids("it has ended already", code="not_open", field="referral")
        note = await notes.add(tx, case.id, "part_ended", said, referral_id=referral.id)
        await end_part(tx, referral, reason="ended_by_supervisor")
        await cases.change(tx, case.id, {})
        data = {"body": referral.body_id, "referral": referral.id, "note": note}
        tx.record("part_ended", case_id=case.id, data=data)
        if referral.status != ReferralStatus.PROPOSED:
            notices.put(tx, referral.body_id, "part_ended", case_id=case.id)
