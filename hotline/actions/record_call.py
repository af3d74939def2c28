"""Use case: an operator logs a call while talking; the case is opened and offered at once."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from hotline.actions.confirm_contact import Confirmation, check_codes, confirm_in
from hotline.actions.receive_contact import traces_of
from hotline.actions.record_work import need
from hotline.actions.steps import offer
from hotline.actions.steps.open_case import CaseSeed, open_case
from hotline.actions.steps.presence import tell
from hotline.actions.steps.register import anonymous_appeal
from hotline.actions.steps.release import release
from hotline.actions.steps.words_of_call import contact_of_call, put_words
from hotline.cases.inbound import ContactPolicy, Identity
from hotline.cases.numbers import number_of
from hotline.cases.terms import Channel, ContactState, JobName, QueueName, Regime
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.language.detect import detect
from hotline.language.normalise import normalise
from hotline.routing.danger import floor
from hotline.runtime import Runtime
from hotline.store import cases, contacts, decisions, drafts, keys
from hotline.store.transaction import Nudge, Transaction

SOURCE = "desk"


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """What the operator wrote down."""

    text: str
    subcategory: str
    urgency: int
    region: str | None
    district: str | None = None
    identity: Identity | None = None
    anonymous: bool = False
    policy: ContactPolicy = ContactPolicy()
    channel: Channel = Channel.PHONE
    external_id: str | None = None  # the client's own id: a retry makes one case
    offer: bool = True
    extract: str | None = None
    release_narrative: bool = False
    regime: Regime = Regime.SIGNAL
    safety_note: str | None = None
    draft_id: int | None = None
    call_id: int | None = None  # of the telephone; its contact is there already


async def record_call(rt: Runtime, viewer: Viewer, call: LoggedCall) -> str:
    """Store the call as a contact, open its case and offer it; return the case number.

    One transaction: the contact, the case, its clocks and offers are there together or not
    at all. Errors: NotFound, RuleForbids (names the field).
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    text = need(call.text, "text")
    longest = rt.config.service.limits.narrative_characters
    if len(text) > longest:
        raise RuleForbids(
            f"at most {longest} characters; put the rest into a note",
            code="text_too_long",
            field="text",
        )
    named = call.identity is not None and bool(call.identity.name)
    if call.regime is Regime.APPEAL and (call.anonymous or not named):
        raise anonymous_appeal()
    check_codes(rt, call.subcategory, call.urgency, call.region, call.district)
    if call.call_id is not None:
        joined = await _join(rt, viewer, call, text)
        if joined is not None:
            return joined
    if call.external_id is not None:
        known = await _known(rt, viewer, call.external_id)
        if known is not None:
            return known
    try:
        return await _log(rt, viewer, call, text)
    except RuleForbids as refused:  # a double click: the other one was quicker
        if refused.code != "contacts_once" or call.external_id is None:
            raise
        known = await _known(rt, viewer, call.external_id)
        if known is None:
            raise
        return known


async def _join(rt: Runtime, viewer: Viewer, call: LoggedCall, text: str) -> str | None:
    """Log the call with the contact that it made; None when it needs one of its own.

    A retry of the same form finds its own words there, and the case that they led to.
    """
    async with rt.transaction(viewer) as tx:
        contact = await contact_of_call(tx, viewer, call.call_id or 0, text)
        if contact is None:
            return None
        number = await _confirmed(tx, contact)
        await put_words(
            rt,
            tx,
            contact,
            text=text,
            identity=call.identity,
            policy=call.policy,
            anonymous=call.anonymous,
            region=call.region,
        )
        if call.draft_id is not None:
            await drafts.drop(tx, viewer.person_id, call.draft_id)
        tell(tx, viewer.person_id)
        return number or await confirm_in(rt, tx, viewer, contact.receipt, _said(call))


async def _confirmed(tx: Transaction, contact: Any) -> str | None:
    """Return the case that a person has confirmed of this contact already, or None."""
    if contact.case_id is None or contact.seen_at is None:
        return None
    known = await cases.by_id(tx, contact.case_id)
    return str(known.row.number) if known else None


def _said(call: LoggedCall) -> Confirmation:
    """Return the form as what a person says of the contact that the call made."""
    return Confirmation(
        subcategory=call.subcategory,
        urgency=call.urgency,
        region=call.region,
        district=call.district or "",
        offer=call.offer,
        extract=call.extract,
        release_narrative=call.release_narrative,
        safety_note=call.safety_note,
        regime=call.regime,
    )


async def _log(rt: Runtime, viewer: Viewer, call: LoggedCall, text: str) -> str:
    judged = floor(text, rt.triage.danger)
    contact_id = await rt.numbers.take(rt.clock.now())
    async with rt.transaction(viewer) as tx:
        key = await keys.create(tx, contact_id)
        identity: dict[str, Any] = {
            "identity": asdict(call.identity) if call.identity else None,
            "sender": None,
            "policy": asdict(call.policy),
            "complaint_about": [],
        }
        language = detect(normalise(text)).language
        await contacts.put(
            tx,
            {
                "id": contact_id,
                "receipt": number_of(contact_id, rt.number_key),
                "channel": call.channel,
                "account": SOURCE,
                "external_id": call.external_id or str(contact_id),
                "kind": "call",
                "state": ContactState.RECEIVED,
                "received_at": tx.now,
                "anonymous": call.anonymous,
                "region_hint": call.region,
                "danger": judged.danger,
                "danger_score": judged.score,
                "urgency": max(call.urgency, 2)
                if judged.urgency is None
                else judged.urgency,
                "language": language,
                "may_write": call.policy.may_write,
                "seen_by": viewer.person_id,
                "seen_at": tx.now,
                "sealed_narrative": key.seal_text("narrative", text),
                "sealed_identity": key.seal_text("identity", json.dumps(identity)),
                "sealed_raw": key.seal("raw", b"{}"),
            },
            traces_of(rt, call.identity),
        )
        tx.record(
            "contact_received",
            contact_id=contact_id,
            data={"channel": call.channel, "danger": judged.danger},
        )
        tx.promise(JobName.TRIAGE_CONTACT, QueueName.BULK, [contact_id])
        case = await open_case(
            rt,
            tx,
            CaseSeed(
                contact_id=contact_id,
                channel=call.channel,
                received_at=tx.now,
                language=language,
                subcategory=call.subcategory,
                urgency=call.urgency,
                urgency_by="person",
                region=call.region,
                district=call.district,
                regime=call.regime,
            ),
        )
        await release(
            tx, case, call.extract, narrative=call.release_narrative, note=call.safety_note
        )
        if call.offer:
            await offer.offer_all(rt, tx, case.id, by="person")
        decisions.store(tx, [_judgement(rt, contact_id, case.id, call)])
        if call.draft_id is not None:
            await drafts.drop(tx, viewer.person_id, call.draft_id)
        tx.nudge(Nudge("contact"))
        return str(case.row.number)


async def _known(rt: Runtime, viewer: Viewer, external_id: str) -> str | None:
    """Return the case of a call that was logged under the same client id before."""
    async with rt.transaction(viewer) as tx:
        return await contacts.case_number(tx, SOURCE, external_id)


def _judgement(
    rt: Runtime, contact_id: int, case_id: int, call: LoggedCall
) -> dict[str, Any]:
    """Return the operator's word: triage reads the call later, and learns from the pair."""
    return {
        "case_id": case_id,
        "contact_id": contact_id,
        "kind": "confirm",
        "facts": {"logged": True, "offer": call.offer},
        "candidates": [],
        "exclusions": [],
        "reasons": ["a person at 111 took the call"],
        "choice": {
            "subcategory": call.subcategory,
            "urgency": call.urgency,
            "region": call.region,
        },
        "policy_version": rt.config.referral.version,
        "model_version": "none",
    }
