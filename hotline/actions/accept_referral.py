"""Use case: a body takes a case on. Opening a page accepts nothing; this does."""

from typing import Any

from hotline.actions.steps.hand_over import take_over
from hotline.actions.steps.move import Moving, moving
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ClockName, ClockState, ReferralStatus
from hotline.errors import NotAllowed, RuleForbids, Stale
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, notices, people, referrals
from hotline.store.clocks import ClockOwner


async def accept_referral(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    referral_id: int | None,
    version: int | None = None,
) -> None:
    """Accept an offered referral; meets its `acceptance` and `redirect` clocks.

    The viewer becomes the referral's owner, and with the lead's the case's assignee. Of a
    hand-over it is the receiver's yes: only now the giver is free. Errors: Stale names who
    was quicker; NotFound, NotAllowed, RuleForbids.
    """
    async with moving(rt, viewer, number, Move.ACCEPT, None) as moved:
        case = moved.case
        referral = moved.referral(referral_id)
        if referral.status == ReferralStatus.ACCEPTED:
            await _already(moved, referral)
            return
        if version is not None and version != case.row.version:
            raise Stale("the case has changed since you read it", version=case.row.version)
        if referral.body_id not in viewer.bodies:
            raise NotAllowed("only the body that was asked may accept")
        if referral.status != ReferralStatus.OFFERED:
            raise RuleForbids(
                "only an offered referral can be accepted", code="not_offered"
            )
        await _take(moved, referral)


async def _already(moved: Moving, referral: Any) -> None:
    """Answer who comes second: a colleague it is handed to, the same click twice, or late."""
    mine = moved.viewer.person_id
    if referral.handed_to == mine:
        await take_from_colleague(moved, referral)
        return
    owner = referral.assignee_id or referral.accepted_by
    if owner == mine:
        return
    who = await people.display_name(moved.tx, owner)
    raise Stale(
        "somebody else has accepted it already", code="already_accepted", holder=who
    )


async def _take(moved: Moving, referral: Any) -> None:
    tx, case, mine = moved.tx, moved.case, moved.viewer.person_id
    leads = await take_over(moved, referral)
    taken = {
        "status": ReferralStatus.ACCEPTED,
        "accepted_at": tx.now,
        "accepted_by": mine,
        "assignee_id": mine,
        "lead": leads,
        "return_at": None,
    }
    await referrals.change(tx, referral.id, taken)
    if leads:
        await moved.advance({"assignee_id": mine})
    else:
        await cases.change(tx, case.id, {})
    await clocks.end(
        tx,
        ClockOwner(referral_id=referral.id),
        state=ClockState.MET,
        names=[ClockName.ACCEPTANCE, ClockName.REDIRECT],
    )
    data = {"body": referral.body_id, "lead": leads, "referral": referral.id}
    tx.record("referral_accepted", case_id=case.id, data=data)


async def take_from_colleague(moved: Moving, referral: Any) -> None:
    """Take over what a colleague of the same body handed on; the referral stays accepted."""
    tx, case, mine = moved.tx, moved.case, moved.viewer.person_id
    giver = referral.assignee_id
    taken = {"assignee_id": mine, "handed_to": None, "return_at": None}
    await referrals.change(tx, referral.id, taken)
    await cases.change(tx, case.id, {"assignee_id": mine} if referral.lead else {})
    data = {"body": referral.body_id, "person_id": mine, "referral": referral.id}
    tx.record("handover_accepted", case_id=case.id, data=data)
    notices.put(tx, referral.body_id, "handover_accepted", case_id=case.id, person_id=giver)
