"""Step: whom a case complains of is out: not asked, not told, and what they hold goes on."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hotline.actions.steps import accused, hand_over, reassign, reroute
from hotline.actions.steps.accused import About, Accused, Place
from hotline.actions.steps.route import OPEN, day_of, kept_out
from hotline.cases.apart import OWN_QUEUE, ComplaintKind, person_key
from hotline.cases.terms import (
    BodyId,
    CaseStatus,
    ClockState,
    ContactId,
    DeclineCode,
    ReferralStatus,
)
from hotline.routing.conflicted import LEADING, KeptOut
from hotline.routing.directory import Directory
from hotline.runtime import Runtime
from hotline.store import (
    cases,
    clocks,
    complaints,
    contacts,
    keys,
    notices,
    pages,
    referrals,
)
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.sealing import Forgotten
from hotline.store.transaction import Transaction


async def of_report(
    rt: Runtime, tx: Transaction, contact_id: int, place: Place
) -> list[Accused]:
    """Return whom a contact's report complains of beyond doubt, with who is out with them.

    And who is out of the contact already, from a case that it was in: what a case's contacts
    are closed to stands as complaints of the case, which two people can set aside.
    What matches nobody is left to the person who looks: any declared complaint holds the
    case inside 111 until then.
    """
    (row,) = await contacts.by_ids(tx, [ContactId(contact_id)])
    found: list[Accused] = []
    said = await _said(tx, row)
    if said:
        everybody, directory = await accused.known(tx), await rt.directory(tx)
        for about in said:
            sure = accused.certain(everybody, about)
            found += await accused.spread(tx, sure, about, directory, place)
    there = {(one.body, one.person) for one in found}
    carried = accused.carried(frozenset(row.apart or ()))
    found += [one for one in carried if (one.body, one.person) not in there]
    return list(dict.fromkeys(found))


async def _said(tx: Transaction, contact: Any) -> list[About]:
    try:
        key = await keys.load_one(tx, contact.id)
    except Forgotten:
        return []
    told = json.loads(key.open_text("identity", contact.sealed_identity) or "{}")
    return [_about(one) for one in told.get("complaint_about") or ()]


def _about(told: dict[str, Any]) -> About:
    return About(told["kind"], told.get("id"), told.get("name"))


async def hold_contact(rt: Runtime, tx: Transaction, contact_id: int, place: Place) -> None:
    """Keep whom a contact complains of out of it, while it belongs to no case."""
    found = await of_report(rt, tx, contact_id, place)
    held = [str(f.body) if f.person is None else person_key(f.person) for f in found]
    if held:
        await contacts.change(tx, contact_id, {"apart": sorted(set(held))})


async def book(
    tx: Transaction,
    case_id: int,
    found: Sequence[Accused],
    words: Mapping[str, bytes | None] | None = None,
) -> None:
    """Book complaints that were not booked before, each with an event. `words`: sealed.

    With a body who took its place since is out too: at the succession the rows of that day
    were handed down.
    """
    live = [r for r in await complaints.of_case(tx, case_id) if r.lifted_at is None]
    there = {(row.body_id, row.person_id) for row in live}
    fresh = [one for one in found if (one.body, one.person) not in there]
    there |= {(one.body, one.person) for one in fresh}
    heirs = await complaints.heirs(tx, {one.body for one in fresh if one.body})
    new = [heir for heir in heirs if (heir, None) not in there]
    fresh += [Accused(ComplaintKind.BODY, body=heir) for heir in new]
    rows = [
        {"kind": f.kind, "body_id": f.body, "person_id": f.person, **(words or {})}
        for f in fresh
    ]
    await complaints.add(tx, case_id, rows)
    for one in fresh:
        told = {"kind": one.kind, "body": one.body, "person": one.person}
        tx.record("conflict_declared", case_id=case_id, data=told)


async def declared_itself(tx: Transaction, case_id: int, body: str) -> None:
    """Book that a body says of itself that it is in conflict; at 111 it is the person."""
    itself = Accused(ComplaintKind.BODY, body=BodyId(body))
    if body == OWN_QUEUE and tx.actor.person_id is not None:
        itself = Accused(ComplaintKind.PERSON, person=tx.actor.person_id)
    await book(tx, case_id, [itself])


async def part_ways(rt: Runtime, tx: Transaction, case_id: int) -> None:
    """Take the case from everybody who is out of it now; no clock starts over.

    Bodies lose their referrals, and the next lead is proposed; people lose the assignment.
    """
    case = await cases.again(tx, case_id, lock=True)
    out = await kept_out(tx, case, await rt.directory(tx))
    left = await _unassign(tx, case, out)
    await pages.hurry_of(tx, case_id, out.people)
    taken = [r for r in case.referrals if r.status in OPEN and r.body_id in out.bodies]
    for referral in taken:
        await referrals.end(tx, referral.id, ReferralStatus.WITHDRAWN)
        data = {"body": referral.body_id, "reason": DeclineCode.CONFLICT}
        tx.record("referral_withdrawn", case_id=case_id, data=data)
        if not referral.lead:
            owner = ClockOwner(referral_id=referral.id)
            await clocks.end(tx, owner, state=ClockState.CANCELLED, reason="conflict")
    parted = await cases.again(tx, case_id, lock=True)
    for referral in taken:
        await hand_over.call_off_from(tx, parted, referral.id)
        hand_over.tell_giver(tx, parted, referral, "handover_returned")
    for referral in taken:
        if referral.lead:
            moved = {"assignee_id": None, "status": CaseStatus.TRIAGE}
            if case.status == CaseStatus.REOPENED:
                moved["status"] = CaseStatus.REOPENED
            await cases.change(tx, case_id, moved)
            await reroute.reroute_lead(rt, tx, referral, DeclineCode.CONFLICT)
            notices.put(tx, notices.SHIFT, "conflict_rerouted", case_id=case_id)
    staying = [int(one.id) for one in left if one.body_id not in out.bodies]
    await reassign.reroute_apart(rt, tx, staying)
    clocks.refresh_due(tx, [case_id])


async def succeed(
    rt: Runtime, tx: Transaction, directory: Directory, old: BodyId, new: BodyId
) -> None:
    """Keep a successor out of what its predecessor was out of, also where it has the case."""
    line = (old, *directory.above(old))
    heads = [
        person_key(one.person)
        for body in line
        for one in directory.people.get(body, ())
        if one.position in LEADING
    ]
    for case_id in await complaints.hand_down(tx, [*line, *heads], new):
        told = {"kind": ComplaintKind.BODY, "body": new, "person": None}
        tx.record("conflict_declared", case_id=case_id, data=told)
        await part_ways(rt, tx, case_id)


async def _unassign(tx: Transaction, case: OpenedCase, out: KeptOut) -> list[Any]:
    """Take the case from people; return the live referrals that nobody has any more.

    What has ended stays as it was: opened again, it is looked at again.
    """
    if case.status != CaseStatus.CLOSED and case.row.assignee_id in out.people:
        await cases.change(tx, case.id, {"assignee_id": None})
        tx.record("unassigned", case_id=case.id, data={"reason": "conflict"})
    live = [r for r in case.referrals if r.status in OPEN]
    for referral in live:
        left: dict[str, object] = {}
        if referral.assignee_id in out.people:
            left["assignee_id"] = None
        if referral.handed_to in out.people:
            left |= {"handed_to": None, "return_at": None}
        if left:
            await referrals.change(tx, referral.id, left)
    return [r for r in live if r.assignee_id in out.people]


def place_of(tx: Transaction, region: str | None, district: str | None) -> Place:
    """Return where a case is, today."""
    return Place(region, district, day_of(tx))
