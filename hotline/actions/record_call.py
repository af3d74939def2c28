"""Use case: an operator logs a call while talking; the case is opened and offered at once."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any

from hotline.actions.confirm_contact import Confirmation, check_codes, confirm_in
from hotline.actions.decide_link import decide_link
from hotline.actions.keep_draft import end_draft
from hotline.actions.record_work import need
from hotline.actions.steps import offer
from hotline.actions.steps.guessed_case import await_word, open_guessed
from hotline.actions.steps.kept_decision import operators_word, stored
from hotline.actions.steps.logged_contact import judge, put_contact, require_service
from hotline.actions.steps.open_case import CaseSeed, open_case
from hotline.actions.steps.presence import tell
from hotline.actions.steps.register import anonymous_appeal
from hotline.actions.steps.release import release
from hotline.actions.steps.ring_service import ring_service
from hotline.actions.steps.words_of_call import contact_of_call, put_words
from hotline.cases.inbound import ContactPolicy, Identity
from hotline.cases.numbers import id_from
from hotline.cases.terms import Channel, Regime
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.routing.answered import NOTHING, Answered
from hotline.routing.triage import TriageDecision
from hotline.runtime import Runtime
from hotline.store import cases, contacts, decisions
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
    told: Answered = NOTHING  # what the caller answered to the questions of 111
    same_as: tuple[str, ...] = ()  # receipts of contacts that tell of the same person
    not_same: tuple[str, ...] = ()
    hand_to: str | None = None  # 102, 103, 112: rung while the case is being opened
    guessed: frozenset[str] = frozenset()  # what the words alone say, not the operator


async def record_call(rt: Runtime, viewer: Viewer, call: LoggedCall) -> str:
    """Store the call as a contact, open its case and offer it; return the case number.

    One transaction: the contact, the case, its clocks and offers are there together or not
    at all. Errors: NotFound, RuleForbids (names the field).
    """
    number = await _once(rt, viewer, call)
    await _say_who_is_who(rt, viewer, number, call)
    return number


async def _once(rt: Runtime, viewer: Viewer, call: LoggedCall) -> str:
    """Return the case of the call: opened now, or by the same form before."""
    text = checked_text(rt, viewer, call)
    named = call.identity is not None and bool(call.identity.name)
    if call.regime is Regime.APPEAL and (call.anonymous or not named):
        raise anonymous_appeal()
    check_codes(rt, call.subcategory, call.urgency, call.region, call.district)
    judged = await asyncio.to_thread(judge, rt, call, text)
    if call.call_id is not None:
        joined = await _join(rt, viewer, call, text, judged)
        if joined is not None:
            return joined
    if call.external_id is not None:
        known = await _known(rt, viewer, call)
        if known is not None:
            return known
    try:
        return await _log(rt, viewer, call, judged)
    except RuleForbids as refused:  # a double click: the other one was quicker
        if refused.code != "contacts_once" or call.external_id is None:
            raise
        known = await _known(rt, viewer, call)
        if known is None:
            raise
        return known


def checked_text(rt: Runtime, viewer: Viewer, call: LoggedCall) -> str:
    """Return the words of a logged call. Errors: NotFound outside 111, RuleForbids.

    A call that is handed to 102, 103 or 112 waits for nobody who shortens a text.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    text = need(call.text, "text")
    longest = rt.config.service.limits.narrative_characters
    if len(text) > longest and call.hand_to is None:
        raise RuleForbids(
            f"at most {longest} characters; put the rest into a note",
            code="text_too_long",
            field="text",
            too_many=len(text) - longest,
        )
    return text


async def _join(
    rt: Runtime, viewer: Viewer, call: LoggedCall, text: str, judged: TriageDecision
) -> str | None:
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
            told=call.told,
        )
        await end_draft(tx, viewer.person_id, call.draft_id, call.external_id)
        tell(tx, viewer.person_id)
        if number is None and call.guessed:
            number = await open_guessed(rt, tx, contact, call, judged, _hints(call, judged))
        elif number is None:
            number = await _confirm(rt, tx, viewer, contact, call, judged)
        if call.hand_to is not None:
            await ring_service(rt, tx, number, call.hand_to)
        return number


async def _confirm(
    rt: Runtime,
    tx: Transaction,
    viewer: Viewer,
    contact: Any,
    call: LoggedCall,
    judged: TriageDecision,
) -> str:
    """Open or correct the case of a call's contact; it knows whom the words accuse."""
    hints, held = _hints(call, judged), _held(call, judged)
    heard = {**stored(judged, int(judged.urgency)), "conflict_hint": list(hints)}
    await contacts.change(tx, contact.id, {"triage": heard})
    said = _said(call, offer=call.offer and not held)
    number = await confirm_in(rt, tx, viewer, contact.receipt, said)
    case_id = id_from(number, rt.number_key) or 0
    if held:
        await cases.change(tx, case_id, {"held": True, "conflict_hint": list(hints)})
    _answered(tx, case_id, call)
    return number


async def _confirmed(tx: Transaction, contact: Any) -> str | None:
    """Return the case that a person has confirmed of this contact already, or None."""
    if contact.case_id is None or contact.seen_at is None:
        return None
    known = await cases.by_id(tx, contact.case_id)
    return str(known.row.number) if known else None


def _said(call: LoggedCall, *, offer: bool) -> Confirmation:
    """Return the form as what a person says of the contact that the call made."""
    return Confirmation(
        subcategory=call.subcategory,
        urgency=call.urgency,
        region=call.region,
        district=call.district or "",
        offer=offer,
        extract=call.extract,
        release_narrative=call.release_narrative,
        safety_note=call.safety_note,
        regime=call.regime,
    )


async def _log(
    rt: Runtime, viewer: Viewer, call: LoggedCall, judged: TriageDecision
) -> str:
    held = _held(call, judged)
    contact_id = await rt.numbers.take(rt.clock.now())
    async with rt.transaction(viewer) as tx:
        await put_contact(rt, tx, contact_id, call, judged)
        case = await open_case(
            rt,
            tx,
            CaseSeed(
                contact_id=contact_id,
                channel=call.channel,
                received_at=tx.now,
                language=judged.language,
                subcategory=call.subcategory,
                urgency=call.urgency,
                urgency_by="person",
                region=call.region,
                district=call.district,
                regime=call.regime,
                held=held,
                conflict_hint=_hints(call, judged),
            ),
        )
        await release(
            tx, case, call.extract, narrative=call.release_narrative, note=call.safety_note
        )
        _answered(tx, case.id, call)
        if call.hand_to is not None:
            await require_service(rt, tx, case, call.hand_to)
        if call.offer and not held:
            await offer.offer_all(rt, tx, case.id, by="person")
        if call.guessed:
            await await_word(tx, contact_id, judged)
        else:
            decisions.store(tx, [operators_word(rt, contact_id, case.id, call, judged)])
        await end_draft(tx, viewer.person_id, call.draft_id, call.external_id)
        tx.nudge(Nudge("contact"))
        return str(case.row.number)


def _answered(tx: Transaction, case_id: int, call: LoggedCall) -> None:
    if call.told.answers:
        data = {"answers": dict(call.told.answers)}
        tx.record("caller_answered", case_id=case_id, data=data)


def _hints(call: LoggedCall, judged: TriageDecision) -> tuple[str, ...]:
    """Return whose power over a body the words and the caller tell of: they are not told."""
    return (*judged.conflict_hint, *(["declared"] if call.told.says("power") else []))


def _held(call: LoggedCall, judged: TriageDecision) -> bool:
    """Return whether nothing is offered before a person says who is complained of.

    Who hands over to 102, 103 or 112 has had no time to look at what the words suggest, nor
    to say topic and place: no body outside is shown a case by what a machine chose.
    """
    unseen = call.hand_to is not None and bool(judged.conflict_hint)
    return call.told.says("power") or unseen or bool(call.guessed)


async def _say_who_is_who(
    rt: Runtime, viewer: Viewer, number: str, call: LoggedCall
) -> None:
    """Keep what the operator said of earlier contacts; one that went away is passed over."""
    if not call.same_as and not call.not_same:
        return
    async with rt.transaction(viewer) as tx:
        there = await contacts.of_case(tx, id_from(number, rt.number_key) or 0)
    if not there:
        return
    pairs = [(one, True) for one in call.same_as] + [(one, False) for one in call.not_same]
    for other, same in pairs:
        with contextlib.suppress(NotFound, RuleForbids):
            await decide_link(rt, viewer, there[0].receipt, other, same=same)


async def _known(rt: Runtime, viewer: Viewer, call: LoggedCall) -> str | None:
    """Return the case of a call that was logged under the same client id before.

    A service that is asked for only now is owed its call all the same.
    """
    async with rt.transaction(viewer) as tx:
        number = await contacts.case_number(tx, SOURCE, call.external_id or "")
        if number is not None and call.hand_to is not None:
            await ring_service(rt, tx, number, call.hand_to)
        return number
