"""Use case: a person hands the work to a colleague, or the referral to another body."""

from hotline.actions.record_work import need
from hotline.actions.steps import offer, route
from hotline.actions.steps.move import Moving, moving
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ReferralStatus
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.routing.office import NEVER_LEADS, OWN_QUEUE
from hotline.runtime import Runtime
from hotline.store import cases, clocks, keys, notices, people, referrals
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
        if referral.status not in (ReferralStatus.OFFERED, ReferralStatus.ACCEPTED):
            raise RuleForbids("the referral is not open", code="not_open")
        if to_person is not None:
            await _to_person(moved, referral, to_person)
        elif to_body is not None:
            await _to_body(rt, moved, referral, to_body, need(text, "text"))


async def _to_person(moved: Moving, referral: object, username: str) -> None:
    tx, case = moved.tx, moved.case
    body = str(getattr(referral, "body_id", ""))
    person = await people.member(tx, username, body)
    if person is None:
        raise RuleForbids(
            "this person is not in the body", code="unknown_person", field="to_person"
        )
    await cases.change(tx, case.id, {"assignee_id": person})
    tx.record("assigned", case_id=case.id, data={"body": body, "person_id": person})
    notices.put(tx, body, "assigned", case_id=case.id, person_id=person)


async def _to_body(
    rt: Runtime, moved: Moving, referral: object, to_body: str, text: str
) -> None:
    tx, case = moved.tx, moved.case
    directory = await rt.directory(tx)
    target = next((body for body in directory.bodies if body.id == to_body), None)
    old = next(r for r in case.referrals if r.id == getattr(referral, "id", None))
    if target is None or target.acts_on(route.day_of(tx)) is not None:
        raise RuleForbids("no such body acts today", code="unknown_body", field="to_body")
    if target.id == old.body_id or (old.lead and target.kind in NEVER_LEADS):
        raise RuleForbids(
            "this body cannot take it over", code="body_not_possible", field="to_body"
        )
    live = (ReferralStatus.PROPOSED, ReferralStatus.OFFERED, ReferralStatus.ACCEPTED)
    if any(r.body_id == target.id and r.status in live for r in case.referrals):
        raise RuleForbids("this body has the case already", code="has_it", field="to_body")
    key = await keys.load_one(tx, case.id)
    ended = {
        "status": ReferralStatus.RETURNED,
        "ended_at": tx.now,
        "sealed_declined_text": key.seal_text("declined", text),
    }
    await referrals.change(tx, old.id, ended)
    fresh = await referrals.propose(
        tx,
        case.id,
        case.row.urgency,
        [
            Proposal(
                target.id, old.lead, key.seal_text("extract", route.extract_of(rt, case))
            )
        ],
    )
    await clocks.move_to_referral(tx, old.id, fresh[target.id])
    data = {"body": old.body_id, "to_body": target.id}
    tx.record("referral_transferred", case_id=case.id, data=data)
    if old.lead:
        await cases.change(tx, case.id, {"assignee_id": None, "status": "triage"})
    if moved.viewer.at_111 or target.id == OWN_QUEUE:
        await offer.offer_all(rt, tx, case.id, by="person", only=target.id)
    else:
        notices.put(tx, notices.SHIFT, "referral_returned", case_id=case.id)
