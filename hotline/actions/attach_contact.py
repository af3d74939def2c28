"""Use cases: a linked contact is attached to the other's open case, and detached again."""

from typing import Any

from hotline.actions.steps import complaints, run_clocks
from hotline.cases.terms import CaseStatus, ClockName, ClockState, ContactState, Regime
from hotline.errors import NotFound, RuleForbids, Stale
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, contacts, links
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Nudge, Transaction

ENDED = (ContactState.CLOSED, ContactState.SPAM)


async def attach_contact(
    rt: Runtime, viewer: Viewer, receipt: str, number: str, *, release: bool = False
) -> None:
    """Attach a contact to the open case of one that it is linked with; meets `human_eyes`.

    No clock of the case changes. Whom the contact complains of is out of the case from now
    on. `release`: bodies that were shown the case's words may read these as well.
    Errors: NotFound; RuleForbids, which names the field.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    async with rt.transaction(viewer) as tx:
        # The case first: whoever moves it holds it before its contacts and clocks.
        case = await cases.read(tx, viewer, number, rt.number_key, lock=True)
        contact = await contacts.by_receipt(tx, receipt, rt.number_key, lock=True)
        if contact.case_id == case.id:
            return
        await _may_attach(tx, contact, case, release=release)
        seen = {"seen_by": viewer.person_id, "seen_at": tx.now}
        joined = {"case_id": case.id, "attached_by": viewer.person_id}
        state = {"state": ContactState.ATTACHED}
        await contacts.change(tx, contact.id, {**joined, **state, **seen})
        await clocks.attach(tx, contact.id, case.id)
        await clocks.end(
            tx,
            ClockOwner(contact_id=contact.id),
            state=ClockState.MET,
            names=[ClockName.HUMAN_EYES],
        )
        tx.record("contact_attached", case_id=case.id, contact_id=contact.id)
        await _keep_apart(rt, tx, contact, case)
        clocks.refresh_due(tx, [case.id])
        tx.nudge(case.nudge())
        tx.nudge(Nudge("contact"))


async def _may_attach(
    tx: Transaction, contact: Any, case: OpenedCase, *, release: bool
) -> None:
    """Errors: RuleForbids where attaching would hide, lose or disclose something."""
    if contact.state in ENDED:
        raise RuleForbids("the contact was closed", code="contact_closed")
    if contact.case_id is not None:
        raise RuleForbids("the contact has a case of its own", code="has_case")
    if case.status == CaseStatus.CLOSED:
        raise RuleForbids("the case was closed", code="case_closed", field="case")
    if not await links.linked_with_case(tx, contact.id, case.id):
        raise RuleForbids("link the contacts first", code="not_linked", field="case")
    if contact.urgency < min(case.row.urgency, 2):
        raise RuleForbids(
            "danger is never put under another case: confirm it as a case of its own",
            code="more_urgent_than_case",
            field="case",
        )
    if not release and any(referral.narrative_released for referral in case.referrals):
        raise RuleForbids(
            "a body reads this case's words and would read these",
            code="words_would_open",
            field="release",
        )


async def _keep_apart(rt: Runtime, tx: Transaction, contact: Any, case: OpenedCase) -> None:
    where = complaints.place_of(tx, case.row.region, case.row.district)
    found = await complaints.of_report(rt, tx, contact.id, where)
    if found:
        await complaints.book(tx, case.id, found)
        await complaints.part_ways(rt, tx, case.id)


async def detach_contact(rt: Runtime, viewer: Viewer, receipt: str) -> None:
    """Take a contact out of the case it was attached to: it waits for a person again.

    Its first clock stays as it ended; a new one starts, since it waits anew. The case and
    its clocks stay as they are. Errors: NotFound; RuleForbids for a case's own contact;
    Stale when somebody moved the contact meanwhile.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    async with rt.transaction(viewer) as tx:
        contact, case = await _attached(rt, tx, receipt)
        back: dict[str, Any] = {
            "case_id": None,
            "attached_by": None,
            "joined_by_rule": False,
        }
        back["state"] = ContactState.TRIAGED
        await contacts.change(tx, contact.id, {**back, "seen_by": None, "seen_at": None})
        await clocks.detach(tx, contact.id)
        await run_clocks.start(
            rt,
            tx,
            [ClockOwner(contact_id=contact.id)],
            [ClockName.HUMAN_EYES],
            started_at=tx.now,
            urgency=contact.urgency,
            regime=Regime.SIGNAL,
        )
        tx.record("contact_detached", case_id=case.id, contact_id=contact.id)
        clocks.refresh_due(tx, [case.id])
        tx.nudge(case.nudge())
        tx.nudge(Nudge("contact"))


async def _attached(rt: Runtime, tx: Transaction, receipt: str) -> tuple[Any, OpenedCase]:
    """Return an attached contact and its case, both locked: the case first, as everywhere."""
    seen = await contacts.by_receipt(tx, receipt, rt.number_key)
    case = None if seen.case_id is None else await cases.by_id(tx, seen.case_id, lock=True)
    contact = await contacts.by_receipt(tx, receipt, rt.number_key, lock=True)
    if contact.case_id != seen.case_id:
        raise Stale("the contact has moved on since")
    if case is None or not (contact.joined_by_rule or contact.attached_by is not None):
        raise RuleForbids("the case began with this contact", code="not_attached")
    return contact, case
