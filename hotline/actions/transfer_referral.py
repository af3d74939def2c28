"""Use case: a person hands the work to a colleague, or the referral to another body.

What was accepted is handed over warmly: the giver answers for it until the receiver says
yes (`accept_referral`), and gets it back by itself when nobody does (`return_overdue`).
"""

from dataclasses import replace
from typing import Any

from hotline.actions.record_work import need
from hotline.actions.steps import hand_over, offer
from hotline.actions.steps.extracts import proposal
from hotline.actions.steps.move import Moving, moving
from hotline.actions.steps.receiver import possible
from hotline.cases.lifecycle import Move
from hotline.cases.terms import BodyKind, ReferralStatus
from hotline.errors import NotAllowed, RuleForbids
from hotline.identity.roles import kept_out
from hotline.identity.viewer import Viewer
from hotline.routing.directory import Body
from hotline.routing.office import OWN_QUEUE
from hotline.runtime import Runtime
from hotline.store import cases, clocks, keys, notes, notices, people, referrals
from hotline.store.referrals import Proposal


async def transfer_referral(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    referral_id: int | None,
    *,
    text: str,
    to_person: str | None = None,
    to_body: str | None = None,
    version: int | None = None,
) -> None:
    """Hand over to `to_person` (username, same body) or `to_body` (id); exactly one.

    Clocks go on. A body outside 111 that hands over to another only proposes it: a person
    at 111 shows it to the next. Errors: RuleForbids names the field; NotFound, NotAllowed,
    Stale.
    """
    if (to_person is None) == (to_body is None):
        raise RuleForbids(
            "name a person or a body, not both", code="one_receiver", field="to_person"
        )
    async with moving(rt, viewer, number, Move.TRANSFER, version) as moved:
        referral = moved.referral(referral_id)
        need_free(moved, referral, "to_person" if to_person else "to_body")
        if to_person is not None:
            await give_to_person(rt, moved, referral, to_person, text.strip())
        elif to_body is not None:
            await _to_body(rt, moved, referral, to_body, need(text, "text"))


def need_free(moved: Moving, referral: Any, field: str) -> None:
    """Errors: RuleForbids where the referral has ended, or is being handed over already."""
    if referral.status not in (ReferralStatus.OFFERED, ReferralStatus.ACCEPTED):
        raise RuleForbids("the referral is not open", code="not_open")
    if hand_over.waiting_from(moved.case, referral.id) or referral.handed_to:
        raise RuleForbids(
            "it is being handed over already; take that back first",
            code="handed_over_already",
            field=field,
        )


async def give_to_person(
    rt: Runtime, moved: Moving, referral: Any, username: str, text: str
) -> tuple[str, int]:
    """Give the referral to a colleague, or ask them; return the event and their id.

    Errors: RuleForbids.
    """
    tx, case, body = moved.tx, moved.case, str(referral.body_id)
    person = await people.member(tx, username, body)
    colleague = None if person is None else await people.viewer(tx, person)
    # One answer for both: the giver need not learn whom the case complains of.
    if colleague is None or kept_out(colleague, case.access):
        raise RuleForbids(
            "this person is not in the body", code="unknown_person", field="to_person"
        )
    if person == referral.assignee_id:
        raise RuleForbids("they have it already", code="has_it", field="to_person")
    if referral.status == ReferralStatus.OFFERED:  # nobody has said yes so far
        await referrals.change(tx, referral.id, {"assignee_id": person})
        event, change = "assigned", {"assignee_id": person} if referral.lead else {}
    else:
        waits = {
            "handed_to": person,
            "return_at": hand_over.back_at(rt, tx.now, case.row.urgency),
        }
        await referrals.change(tx, referral.id, waits)
        event, change = "handover_asked", {}
    await cases.change(tx, case.id, change)
    data = {"body": body, "person_id": person, "referral": referral.id}
    if text:
        data["note"] = await notes.add(tx, case.id, "note", text, referral_id=referral.id)
    tx.record(event, case_id=case.id, data=data)
    notices.put(tx, body, event, case_id=case.id, person_id=person)
    return event, int(colleague.person_id)


async def _to_body(
    rt: Runtime, moved: Moving, referral: Any, to_body: str, text: str
) -> None:
    giver = hand_over.giver_of(moved.case, referral)
    target = await possible(
        rt,
        moved.tx,
        moved.case,
        to_body,
        lead=referral.lead or (giver is not None and giver.lead),
        field="to_body",
        giver=referral.body_id,
    )
    if referral.status == ReferralStatus.ACCEPTED:
        await _warmly(rt, moved, referral, target, text)
    else:
        await _redirect(rt, moved, referral, target, text)


async def _warmly(rt: Runtime, moved: Moving, giver: Any, target: Body, text: str) -> None:
    """Ask the receiver; the giver's referral, its owner and its clocks stay as they are."""
    tx, case = moved.tx, moved.case
    key = await keys.load_one(tx, case.id)
    asked = proposal(rt, case, key, (target.id, BodyKind(target.kind)), lead=False)
    waiting = _for(rt, moved, giver, asked)
    await referrals.propose(tx, case.id, case.row.urgency, [waiting])
    note = await notes.add(tx, case.id, "note", text, referral_id=giver.id)
    await cases.change(tx, case.id, {})
    data = {"body": giver.body_id, "to_body": target.id, "note": note}
    tx.record("handover_asked", case_id=case.id, data=data)
    await _show(rt, moved, target)


def _for(rt: Runtime, moved: Moving, giver: Any, asked: Proposal) -> Proposal:
    """Return `asked` as a hand-over: `giver` answers for it, and gets it back in time."""
    back_at = hand_over.back_at(rt, moved.tx.now, moved.case.row.urgency)
    return replace(asked, handed_from=giver.id, return_at=back_at)


async def _redirect(rt: Runtime, moved: Moving, old: Any, target: Body, text: str) -> None:
    """Give an offer that nobody has accepted to another body; its clocks go along.

    A hand-over stays one: the other body takes over from the same giver.
    """
    tx, case = moved.tx, moved.case
    key = await keys.load_one(tx, case.id)
    sealed = key.seal_text("declined", text)
    await referrals.end(tx, old.id, ReferralStatus.RETURNED, sealed_declined_text=sealed)
    asked = proposal(rt, case, key, (target.id, BodyKind(target.kind)), lead=old.lead)
    giver = hand_over.giver_of(case, old)
    if giver is not None:
        asked = _for(rt, moved, giver, asked)
    fresh = await referrals.propose(tx, case.id, case.row.urgency, [asked])
    await clocks.move_to_referral(tx, old.id, fresh[target.id])
    data = {"body": old.body_id, "to_body": target.id}
    tx.record("referral_transferred", case_id=case.id, data=data)
    if old.lead:
        await cases.change(tx, case.id, {"assignee_id": None, "status": "triage"})
    await _show(rt, moved, target)


async def _show(rt: Runtime, moved: Moving, target: Body) -> None:
    """Offer it when a person at 111 hands over; else a person there is to look first."""
    tx, case = moved.tx, moved.case
    if moved.viewer.at_111 or target.id == OWN_QUEUE:
        await offer.offer_all(rt, tx, case.id, by="person", only=target.id)
    else:
        notices.put(tx, notices.SHIFT, "handover_asked", case_id=case.id)


async def take_back(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    referral_id: int | None,
    version: int | None = None,
) -> None:
    """Call off one's own hand-over that nobody has accepted. Errors: RuleForbids."""
    async with moving(rt, viewer, number, Move.TRANSFER, version) as moved:
        tx, case = moved.tx, moved.case
        giver = moved.referral(referral_id)
        if giver.body_id not in viewer.bodies and not viewer.at_111:
            raise NotAllowed("only the giver or 111 may take it back")
        waiting = hand_over.waiting_from(case, giver.id)
        if not waiting and giver.handed_to is None:
            raise RuleForbids("nothing is being handed over", code="not_handed_over")
        for one in waiting:
            await hand_over.call_off(tx, case, one, event="handover_taken_back")
        if giver.handed_to is not None:
            kept = {"handed_to": None, "return_at": None}
            await referrals.change(tx, giver.id, kept)
            data = {"body": giver.body_id, "referral": giver.id}
            tx.record("handover_taken_back", case_id=case.id, data=data)
        await cases.change(tx, case.id, {})
