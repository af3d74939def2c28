"""Use case: a person at 111 read a contact and confirms or corrects what triage said."""

from dataclasses import dataclass
from typing import Any

from hotline.actions.steps import complaints, follow_up, offer, run_clocks
from hotline.actions.steps.open_case import CaseSeed, open_case, require_handoffs
from hotline.actions.steps.register import register
from hotline.actions.steps.release import release
from hotline.actions.steps.reroute import reroute_corrected
from hotline.actions.steps.set_urgency import set_urgency
from hotline.actions.steps.spread_anew import spread_anew
from hotline.cases.terms import (
    Channel,
    ClockName,
    ClockState,
    ContactState,
    ReferralStatus,
    Regime,
    Role,
)
from hotline.errors import NotAllowed, NotFound, RuleForbids, Stale
from hotline.identity.viewer import Viewer
from hotline.routing.office import OWN_QUEUE
from hotline.runtime import Runtime
from hotline.store import cases, clocks, contacts, decisions, holds, retractable
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Nudge, Transaction

_PREFIX = 2  # digits of a district's KATO code that are its region's
ENDED = (ContactState.CLOSED, ContactState.SPAM)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the person says. None keeps what triage said.

    `district`: "" says that it is not known. Another region forgets the district of the old.
    """

    subcategory: str | None = None
    urgency: int | None = None
    region: str | None = None
    district: str | None = None
    offer: bool = True
    extract: str | None = None  # what the bodies are told; None keeps the default
    release_narrative: bool = False  # the lead may read the words themselves
    safety_note: str | None = None
    version: int | None = None  # of the contact, as the person read it
    regime: Regime | None = None  # APPEAL registers the case; its terms become law


async def confirm_contact(
    rt: Runtime, viewer: Viewer, receipt: str, said: Confirmation
) -> str:
    """Confirm a contact: its case is opened or corrected, and offered; return its number.

    Meets `human_eyes`. Errors: NotFound, NotAllowed, RuleForbids, and Stale when somebody
    else confirmed it first.
    """
    if viewer.role not in (Role.OPERATOR, Role.SUPERVISOR):
        raise NotFound("no such contact") if not viewer.at_111 else NotAllowed()
    check_codes(rt, said.subcategory, said.urgency, said.region, said.district)
    async with rt.transaction(viewer) as tx:
        return await confirm_in(rt, tx, viewer, receipt, said)


async def confirm_in(
    rt: Runtime, tx: Transaction, viewer: Viewer, receipt: str, said: Confirmation
) -> str:
    """Confirm a contact in the caller's transaction, as `confirm_contact` does."""
    seen = await contacts.by_receipt(tx, receipt, rt.number_key)
    if seen.case_id is not None:  # the case first, as everybody who moves it
        await cases.by_id(tx, seen.case_id, lock=True)
    contact = await contacts.by_receipt(tx, receipt, rt.number_key, lock=True)
    if contact.state in ENDED:
        raise RuleForbids("the contact was closed", code="contact_closed")
    if said.version is not None and said.version != contact.version:
        raise Stale("the contact has changed since", code="contact_changed")
    before = None if contact.case_id is None else await cases.again(tx, contact.case_id)
    case = await _case(rt, tx, contact, said)
    await _remember(tx, contact, before)
    if said.regime is Regime.APPEAL:
        await register(rt, tx, case)
    await _book(rt, tx, contact, case, said)
    await _eyes_met(tx, contact, viewer)
    await follow_up.join_waiting(rt, tx, contact.id, case.id)
    await release(
        tx, case, said.extract, narrative=said.release_narrative, note=said.safety_note
    )
    if said.offer:
        await offer.offer_all(rt, tx, case.id, by="person")
    await offer.tell_commissioner(rt, tx, await cases.again(tx, case.id))
    clocks.refresh_due(tx, [case.id])
    tx.nudge(case.nudge())
    tx.nudge(Nudge("contact"))
    return str(case.row.number)


def check_codes(
    rt: Runtime,
    subcategory: str | None,
    urgency: int | None,
    region: str | None,
    district: str | None = None,
) -> None:
    """Errors: RuleForbids naming the field whose value is none of ours."""
    if subcategory is not None and subcategory not in rt.codes:
        raise RuleForbids(
            "unknown subcategory", code="unknown_subcategory", field="subcategory"
        )
    if urgency is not None and urgency not in range(5):
        raise RuleForbids("urgency is 0 to 4", code="unknown_urgency", field="urgency")
    if region is not None and region not in rt.regions:
        raise RuleForbids("unknown region", code="unknown_region", field="region")
    strange = district not in rt.place_names or not (district or "").startswith(
        region or ""
    )
    if district and (strange or district in rt.regions):
        raise RuleForbids("unknown district", code="unknown_district", field="district")


async def _case(
    rt: Runtime, tx: Transaction, contact: Any, said: Confirmation
) -> OpenedCase:
    """Return the contact's case: corrected where one is open, else opened now."""
    triaged = contact.triage or {}
    if contact.case_id is None:
        return await _open(rt, tx, contact, triaged, said)
    case = await cases.by_id(tx, contact.case_id, lock=True)
    if case is None:
        raise RuntimeError("a contact points to no case")
    proposed = any(r.status == "proposed" for r in case.referrals)
    if contact.seen_at is not None and not proposed:
        raise Stale("this contact was confirmed already", code="already_confirmed")
    return await _correct(rt, tx, case, said)


async def _open(
    rt: Runtime, tx: Transaction, contact: Any, triaged: Any, said: Confirmation
) -> OpenedCase:
    urgency = contact.urgency if said.urgency is None else said.urgency
    guessed = triaged.get("region") or contact.region_hint
    region, district = _place(said, guessed, triaged.get("district"))
    return await open_case(
        rt,
        tx,
        CaseSeed(
            contact_id=contact.id,
            channel=contact.channel,
            received_at=contact.received_at,
            language=contact.language or contact.lang_hint or "ru",
            subcategory=said.subcategory or triaged.get("subcategory") or "INF.OTH",
            urgency=urgency,
            urgency_by="machine" if said.urgency is None else "person",
            region=region,
            district=district,
            screened=contact.screened,
            conflict_hint=tuple(triaged.get("conflict_hint") or ()),
            complaint=contact.channel == Channel.PARTNER or bool(contact.apart),
        ),
    )


def _place(
    said: Confirmation, region: str | None, district: str | None
) -> tuple[str | None, str | None]:
    """Return region and district, given what was known. A district names its region."""
    there = said.region or (said.district or "")[:_PREFIX] or region
    if said.district is not None:
        return there, said.district or None
    return there, district if there == region else None


async def _correct(
    rt: Runtime, tx: Transaction, case: OpenedCase, said: Confirmation
) -> OpenedCase:
    """Set what the person corrected; a changed matter or place is routed afresh."""
    row = case.row
    change: dict[str, Any] = {}
    if said.subcategory is not None and said.subcategory != row.subcategory:
        entry = rt.codes[said.subcategory]
        change["subcategory"] = said.subcategory
        change["category"] = said.subcategory.partition(".")[0]
        change["about_child"] = entry.about_child
    region, district = _place(said, row.region, row.district)
    moved = (region, district) != (row.region, row.district)
    if moved:
        change |= {"region": region, "district": district}
        change["rural"] = run_clocks.is_rural(rt, district)
    rerouted = bool(change) or row.held
    if row.held and row.conflict_hint:
        tx.record("conflict_hint_looked_at", case_id=case.id)
    if said.urgency is not None:
        change |= {"urgency": said.urgency, "urgency_by": "person"}
    change["held"] = False  # a person has looked
    await cases.change(tx, case.id, change)
    if change.get("rural", row.rural) != row.rural:
        await _recompute_place(rt, tx, case, rural=change["rural"])
    if said.urgency is not None and said.urgency != row.urgency:
        await set_urgency(rt, tx, case.id, before=row.urgency)
    if rerouted:
        await _reroute(rt, tx, case, moved=moved)
    return await cases.again(tx, case.id)


async def _reroute(
    rt: Runtime, tx: Transaction, before: OpenedCase, *, moved: bool
) -> None:
    """Route a corrected case; who is complained of at its new place is shut out first."""
    case = await cases.again(tx, before.id)
    row = case.row
    await require_handoffs(rt, tx, case.id, row.subcategory, row.urgency, row.received_at)
    news = moved and await spread_anew(rt, tx, case)
    await reroute_corrected(rt, tx, await cases.again(tx, case.id))
    if news:  # a body at work may be among them
        await complaints.part_ways(rt, tx, case.id)
        tx.nudge(before.nudge())  # the last that reaches who is out now


async def _recompute_place(
    rt: Runtime, tx: Transaction, case: OpenedCase, *, rural: bool
) -> None:
    """Give clocks that differ in town and country the deadline of the place."""
    unmet = await clocks.unmet(tx, ClockOwner(case_id=case.id))
    row = case.row
    await run_clocks.recompute(
        rt, tx, unmet, urgency=row.urgency, regime=row.regime, rural=rural, why="place"
    )


async def _book(
    rt: Runtime, tx: Transaction, contact: Any, case: OpenedCase, said: Confirmation
) -> None:
    """Store the person's decision beside the machine's: triage learns from the pair."""
    triaged = contact.triage or {}
    given = {
        name: value
        for name in ("subcategory", "urgency", "region")
        if (value := getattr(said, name)) is not None
    }
    decisions.store(
        tx,
        [
            {
                "case_id": case.id,
                "contact_id": contact.id,
                "kind": "confirm",
                "facts": {"given": given, "offer": said.offer},
                "candidates": triaged.get("alternatives") or [],
                "exclusions": [],
                "reasons": ["a person at 111 read it"],
                "choice": {
                    "subcategory": case.row.subcategory,
                    "urgency": case.row.urgency,
                    "region": case.row.region,
                    "machine": {
                        name: triaged.get(name)
                        for name in ("subcategory", "urgency", "region")
                    },
                },
                "policy_version": rt.config.referral.version,
                "model_version": triaged.get("model_version") or "none",
            }
        ],
    )
    tx.record("contact_confirmed", case_id=case.id, contact_id=contact.id, data=given)


async def _remember(tx: Transaction, contact: Any, before: OpenedCase | None) -> None:
    """Keep how contact and case stood, so that a slip can be taken back."""
    held = await holds.of_contact(tx, contact.id)
    stood = {
        "mine": held is not None and held.person_id == tx.actor.person_id,
        "seen": contact.seen_at is not None,
        "offered": before is not None and any(map(_outside, before.referrals)),
        "held": before is not None and bool(before.row.held),
        "shown": before is not None and before.row.shown_at is not None,
    }
    await retractable.remember(tx, contact.id, retractable.CONFIRM, stood)
    await holds.let_go(tx, [contact.id])


def _outside(referral: Any) -> bool:
    """Return whether a body outside 111 has been asked already."""
    asked = referral.status in (ReferralStatus.OFFERED, ReferralStatus.ACCEPTED)
    return bool(asked and referral.body_id != OWN_QUEUE)


async def _eyes_met(tx: Transaction, contact: Any, viewer: Viewer) -> None:
    if contact.seen_at is None:
        seen = {"seen_at": tx.now, "seen_by": viewer.person_id}
        await contacts.change(tx, contact.id, seen)
    await clocks.end(
        tx,
        ClockOwner(contact_id=contact.id),
        state=ClockState.MET,
        names=[ClockName.HUMAN_EYES],
    )
