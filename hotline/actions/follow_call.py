"""Use case: an exchange says something of a call. One row, one contact, whatever comes when.

The contact is there from the first word of the call, ringing or not: a line that drops
leaves a trace. Nothing is sent to the caller, and no cause code is believed.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from hotline.actions.receive_contact import receive_contact, traces_of
from hotline.actions.steps import call_back, presence
from hotline.actions.steps.raise_contact import raise_contact
from hotline.actions.steps.told_recording import drop_refused, note_recording
from hotline.cases.call import CallFacts, Follow, facts_of, follows, settled
from hotline.cases.call_event import CallEvent, CallWhat, Happened
from hotline.cases.inbound import Identity, Inbound, InboundKind
from hotline.cases.numbers import number_of
from hotline.cases.terms import CallState, Channel
from hotline.identity.folding import fold_phone
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.store import calls, contacts, keys
from hotline.store import presence as people_there
from hotline.store.transaction import Nudge, Transaction

PHONE = Machine("phone")
SILENT_AGAIN = timedelta(days=1)  # somebody rings again and does not speak


@dataclass(frozen=True, slots=True)
class Followed:
    """Where the call stands now, and what the event brought about."""

    call_id: int
    contact_id: int
    receipt: str
    facts: CallFacts
    follows: frozenset[Follow]
    fresh: bool  # False: this event was heard before


async def follow_call(rt: Runtime, event: CallEvent) -> Followed:
    """Take `event` in and return where its call stands.

    Safe to repeat: what was heard before changes nothing. Errors: Unavailable (nothing was
    kept; the sender should try again).
    """
    contact_id = await _contact(rt, event)
    async with rt.transaction(PHONE) as tx:
        first = {
            "contact_id": contact_id,
            "state": CallState.RINGING,
            "started_at": event.at,
        }
        row = await calls.lock_or_make(tx, event.pbx, event.call_ref, first)
        fresh = await calls.note(tx, row.id, await _happened(tx, event))
        await _make_known(rt, tx, row, event)
        if event.recording and fresh:
            await note_recording(rt, tx, row, contact_id, event.recording)
        return await _moved(rt, tx, row, contact_id, fresh=fresh)


async def _moved(
    rt: Runtime, tx: Transaction, row: Any, contact_id: int, *, fresh: bool
) -> Followed:
    """Tell the story again with what is new, and do what follows from the difference."""
    story = await calls.story(tx, row.id)
    before = _before(story, fresh=fresh)
    now = facts_of(story)
    found = follows(before, now) if fresh else frozenset[Follow]()
    receipt = number_of(contact_id, rt.number_key)
    if fresh:
        until = _wrap_up_until(rt, tx, row, now)
        now = settled(now, wrap_up_until=until, wrapped_up_at=row.wrapped_up_at, now=tx.now)
        await calls.change(tx, row.id, {**_columns(now), "wrap_up_until": until})
        await _tell(rt, tx, row, now)
        await _act(rt, tx, row, contact_id, now, found)
    return Followed(row.id, contact_id, receipt, now, found, fresh)


def _before(story: list[Happened], *, fresh: bool) -> CallFacts | None:
    """Return the facts without the newest event: the ledger's last row."""
    earlier = story[:-1] if fresh else story
    return facts_of(earlier) if earlier else None


async def _contact(rt: Runtime, event: CallEvent) -> int:
    """Return the call's contact, received now if this is the first we hear of the call."""
    async with rt.transaction(PHONE) as tx:
        known = await calls.find(tx, event.pbx, event.call_ref)
    if known is not None and known.contact_id is not None:
        return int(known.contact_id)
    kept = await receive_contact(rt, inbound_of(event))
    return kept.id


def inbound_of(event: CallEvent) -> Inbound:
    """Return the call as a contact: no words, and the number sealed with whoever calls."""
    return Inbound(
        channel=Channel.PHONE,
        account=event.pbx,
        external_id=event.call_ref,
        text="",
        raw=event.raw,
        kind=InboundKind.CALL,
        occurred_at=event.at,
        identity=_identity(event),
        lang_hint=event.language,
        anonymous=event.caller is None,
    )


def _identity(event: CallEvent) -> Identity | None:
    if event.caller is None:
        return None
    extra = {"shown": event.shown} if event.shown else {}
    return Identity(phone=event.caller, extra=extra)


async def _happened(tx: Transaction, event: CallEvent) -> Happened:
    operator = event.operator_id
    if operator is None and event.operator:
        operator = await people_there.person_at(tx, event.operator)
    return Happened(event.what, event.at, event.key, operator, event.digit, event.reason)


async def _make_known(rt: Runtime, tx: Transaction, row: Any, event: CallEvent) -> None:
    """Keep line, language and number with whichever event first brings them."""
    values: dict[str, Any] = {}
    if event.line and row.line is None:
        values["line"] = event.line
    if event.language and row.language is None:
        values["language"] = event.language
    number = fold_phone(event.caller) if event.caller else None
    if number and row.caller_hash is None:
        values["caller_hash"] = rt.sealer.trace("phone", number)
    if values:
        await calls.change(tx, row.id, values)
    if event.caller and row.contact_id is not None:
        await _name_caller(rt, tx, row.contact_id, event)


async def _name_caller(
    rt: Runtime, tx: Transaction, contact_id: int, event: CallEvent
) -> None:
    """Seal the number with a contact that was received without one."""
    contact = (await contacts.by_ids(tx, [contact_id], lock=True))[0]
    owners = await keys.load(tx, [contact_id])
    key = owners.get(contact_id)
    if key is None:  # the person was forgotten in mid-call: it stays so
        return
    known = json.loads(key.open_text("identity", contact.sealed_identity) or "{}")
    if (known.get("identity") or {}).get("phone"):
        return
    told = {**known, "identity": msgspec.to_builtins(_identity(event))}
    sealed = key.seal("identity", msgspec.json.encode(told))
    await contacts.change(tx, contact_id, {"sealed_identity": sealed, "anonymous": False})
    await contacts.add_traces(tx, contact_id, traces_of(rt, _identity(event)))


def _columns(now: CallFacts) -> dict[str, Any]:
    return {
        "state": now.state,
        "started_at": now.started_at,
        "offered_at": now.offered_at,
        "answered_at": now.answered_at,
        "held_at": now.held_at,
        "held_s": round(now.held_s),
        "ended_at": now.ended_at,
        "ended": now.ended,
        "operator_id": now.operator_id,
        "silent": now.silent,
        "recording_refused": now.recording_refused,
    }


def _wrap_up_until(rt: Runtime, tx: Transaction, row: Any, now: CallFacts) -> Any:
    """Return until when the operator writes up; an end that is heard late gives no time."""
    if now.state is not CallState.WRAP_UP:
        return None
    span = timedelta(seconds=rt.config.channels.phone.wrap_up_s)
    late = now.ended_at is not None and tx.now - now.ended_at > span
    return row.wrap_up_until or (now.ended_at if late else tx.now + span)


async def _tell(rt: Runtime, tx: Transaction, row: Any, now: CallFacts) -> None:
    """Let the operators that the call has, or had, follow it; and open pages hear of it."""
    if row.operator_id not in (None, now.operator_id):
        await presence.follow(
            rt, tx, person_id=row.operator_id, call_id=row.id, state=CallState.CLOSED
        )
    if now.operator_id is not None:
        await presence.follow(
            rt, tx, person_id=now.operator_id, call_id=row.id, state=now.state
        )
    else:
        presence.tell(tx)
    tx.nudge(Nudge("contact"))


async def _act(
    rt: Runtime,
    tx: Transaction,
    row: Any,
    contact_id: int,
    now: CallFacts,
    found: frozenset[Follow],
) -> None:
    """Do what follows inside 111: who cannot speak is seen at once, who gave up is kept."""
    if now.recording_refused:
        await drop_refused(tx, row.id)
    if Follow.RAISE in found:
        await raise_contact(rt, tx, contact_id, "cannot_speak")
    call = await calls.by_id(tx, row.id)
    if Follow.SILENT in found and await calls.silent_before(tx, call, SILENT_AGAIN):
        await raise_contact(rt, tx, contact_id, "silent_again")
    if Follow.CONNECTED in found:
        await call_back.got_through(tx, call)
    if Follow.ABANDONED in found:
        await call_back.gave_up(rt, tx, call, now)


async def say(rt: Runtime, row: Any, what: CallWhat, key: str, **more: Any) -> Followed:
    """Say something of a call ourselves: an offer that nobody took, a hold by a button."""
    event = CallEvent(what, row.pbx, row.call_ref, rt.clock.now(), key, **more)
    return await follow_call(rt, event)
