"""Use case: a person takes back what one press gave to somebody; what went on since stays."""

from datetime import timedelta
from typing import Any

from hotline.actions.steps.move import Moving, moving
from hotline.actions.work_on_many import ASKED, TAKEN, Came, Many
from hotline.cases.lifecycle import Move
from hotline.cases.terms import PersonId, ReferralStatus
from hotline.errors import HotlineError, NotFound, RuleForbids, Stale, Unavailable
from hotline.identity.roles import kept_out
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import bulk, cases, notices, people, referrals

WITHIN = timedelta(minutes=10)


async def undo_many(rt: Runtime, viewer: Viewer, run_id: int) -> Many:
    """Give each case back to whom it was with, unless somebody acted on it since.

    Errors: NotFound for a press that is not the viewer's, is long ago, or was undone.
    """
    async with rt.transaction(viewer) as tx:
        changes = await bulk.claim_undo(tx, run_id, viewer.person_id, WITHIN)
    if changes is None:
        raise NotFound("nothing to undo")
    found = []
    for change in changes:
        code = ""
        try:
            await _back(rt, viewer, change)
        except Unavailable:
            raise
        except HotlineError as refused:
            code = refused.code
        found.append(Came(str(change.number), code))
    return Many(run_id, "undo", tuple(found))


async def _back(rt: Runtime, viewer: Viewer, change: Any) -> None:
    async with moving(rt, viewer, change.number, Move.TRANSFER, None) as moved:
        referral = moved.referral(change.referral_id)
        if not _untouched(referral, change):
            raise Stale("somebody acted on it since")
        kept: dict[str, Any] = {"handed_to": None, "return_at": None}
        assignee: dict[str, Any] = {}
        if change.event != ASKED:
            # An offer may itself wait to go back to another body: `return_at` is that body's.
            kept = {"assignee_id": change.before_id}
            assignee = {"assignee_id": change.held_before_id} if referral.lead else {}
        for person in {*kept.values(), *assignee.values()}:
            await _need_able(moved, referral, person)
        await referrals.change(moved.tx, referral.id, kept)
        _tell(moved, referral, change)
        await cases.change(moved.tx, moved.case.id, assignee)


async def _need_able(moved: Moving, referral: Any, person: int | None) -> None:
    """Errors: RuleForbids where somebody has left the body, or is kept out, since."""
    if person is None:
        return
    holder = await people.viewer(moved.tx, PersonId(person))
    able = holder is not None and referral.body_id in holder.bodies
    if holder is None or not able or kept_out(holder, moved.case.access):
        raise RuleForbids("not of this body", code="unknown_person")


def _untouched(referral: Any, change: Any) -> bool:
    """Return whether the referral stands as the press left it."""
    if change.event == ASKED:
        return bool(referral.handed_to == change.after_id)
    wanted = ReferralStatus.ACCEPTED if change.event == TAKEN else ReferralStatus.OFFERED
    same = referral.assignee_id == change.after_id and referral.handed_to is None
    return bool(same and referral.status == wanted)


def _tell(moved: Moving, referral: Any, change: Any) -> None:
    body, case_id = referral.body_id, moved.case.id
    event = "handover_taken_back" if change.event == ASKED else "assignment_undone"
    data = {"body": body, "referral": referral.id, "person_id": change.before_id}
    moved.tx.record(event, case_id=case_id, data=data)
    if change.before_id is not None and change.event == TAKEN:
        notices.put(moved.tx, body, "assigned", case_id=case_id, person_id=change.before_id)
