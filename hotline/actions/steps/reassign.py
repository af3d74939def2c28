"""Step: who was given a case cannot go on: the next person, at once, and no clock starts over.

Who comes back is given nothing back. Where nobody of the body can take it, an offer goes to
the next body; of what was accepted, and of what 111 itself holds, the shift at 111 is told.
"""

from collections.abc import Collection, Sequence
from typing import Any

from hotline.actions.steps import suggest
from hotline.actions.steps.offer import has_next, tell_nobody_there
from hotline.actions.steps.reroute import pass_on
from hotline.actions.steps.suggest import (
    ABSENT,
    BY_HAND,
    CONFLICT,
    LEFT,
    RAN_OUT,
    Asked,
)
from hotline.cases.terms import PersonId, ReferralStatus
from hotline.errors import RuleForbids
from hotline.runtime import Runtime
from hotline.store import cases, load, notices
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Transaction


async def reroute_absent(
    rt: Runtime, tx: Transaction, person_id: int, only: Collection[int] | None = None
) -> int:
    """Give everything that an absent person holds to others; return how many referrals.

    Called when an absence begins. The person named to stand in comes first. `only`: of
    these referrals.
    """
    held = [
        row for row in await load.held_by(tx, person_id) if only is None or row.id in only
    ]
    for row in held:
        await _reassign(rt, tx, row, Asked(ABSENT, PersonId(person_id)))
    return len(held)


async def reroute_left(rt: Runtime, tx: Transaction, person_id: int, body: str) -> int:
    """Give what a person holds for a body that they leave to others; return how many."""
    who = PersonId(person_id)
    held = [row for row in await load.held_by(tx, person_id) if row.body_id == body]
    for row in held:
        await _reassign(rt, tx, row, Asked(LEFT, who, {who: LEFT}))
    return len(held)


async def reroute_apart(rt: Runtime, tx: Transaction, referral_ids: Sequence[int]) -> None:
    """Give referrals to others that nobody has any more: who had them is out of the case."""
    for one in referral_ids:
        referral = await load.referral(tx, one)
        if referral is not None:
            await _reassign(rt, tx, referral, Asked(CONFLICT))


async def reroute_expired(rt: Runtime, tx: Transaction, referral_id: int) -> None:
    """Suggest an offer that was not accepted in time to the next person, each asked once.

    Called when the acceptance clock of an offer is breached. With nobody left the body keeps
    the case: its head, its commissioner and 111 hear of it by the ladder.
    """
    referral = await load.referral(tx, referral_id)
    if referral is None:
        return
    before = await load.chosen_before(tx, referral.case_id, referral.id)
    tried = {PersonId(person): "offer_ran_out" for person in before}
    await _reassign(rt, tx, referral, Asked(RAN_OUT, None, tried))


async def reroute_by_hand(rt: Runtime, tx: Transaction, found: Any) -> None:
    """Give a referral to the next person of its body because a person at 111 says so.

    Nobody is asked twice. Errors: RuleForbids `nobody_else`.
    """
    before = await load.chosen_before(tx, found.case_id, found.id)
    tried = {PersonId(person): "offer_ran_out" for person in before}
    who = None if found.assignee_id is None else PersonId(found.assignee_id)
    if who is not None:
        tried[who] = BY_HAND
    await _reassign(rt, tx, found, Asked(BY_HAND, None, tried))


async def _reassign(rt: Runtime, tx: Transaction, found: Any, asked: Asked) -> None:
    """Look again once the case is locked: who accepted it meanwhile keeps it."""
    case = await cases.by_id(tx, found.case_id, lock=True)
    if case is None:
        raise RuntimeError("a referral points to no case")
    referral = next(one for one in case.referrals if one.id == found.id)
    waits = (ReferralStatus.OFFERED,) if asked.why == RAN_OUT else load.AT_WORK
    if referral.status not in waits or referral.assignee_id != found.assignee_id:
        return
    picked = await suggest.pick(rt, tx, case, [referral], asked)
    chosen = picked.get(int(referral.id))
    known = {"body": referral.body_id, "referral": referral.id, "reason": asked.why}
    known |= {"from_person": referral.assignee_id}
    if chosen is None or chosen.person is None:
        await _nobody(rt, tx, case, referral, asked.why)
        return
    await load.give(tx, {int(referral.id): chosen.person})
    if referral.status == ReferralStatus.ACCEPTED and referral.lead:
        await cases.change(tx, case.id, {"assignee_id": chosen.person})
    else:
        await cases.change(tx, case.id, {})
    tx.record("reassigned", case_id=case.id, data={**known, "person_id": chosen.person})
    who = PersonId(chosen.person)
    notices.put(tx, referral.body_id, "reassigned", case_id=case.id, person_id=who)
    tx.nudge(case.nudge())


async def _nobody(
    rt: Runtime, tx: Transaction, case: OpenedCase, referral: Any, why: str
) -> None:
    """Pass the offer of who is gone on to the next body; tell the shift of what is at work."""
    if why == RAN_OUT:
        return
    if why == BY_HAND:
        raise RuleForbids("nobody else of the body can take it", code="nobody_else")
    offered = referral.status == ReferralStatus.OFFERED
    if offered and has_next(await rt.directory(tx), referral):
        await pass_on(rt, tx, referral, why)
        return
    tell_nobody_there(tx, referral, why)
    tx.nudge(case.nudge())
