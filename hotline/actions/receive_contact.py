"""Use case: somebody wrote or called. One contact, durable, before any answer."""

import json
from datetime import datetime, timedelta

import msgspec

from hotline.actions.steps.thread import thread_of
from hotline.cases.inbound import Identity, Inbound, InboundKind
from hotline.cases.media import KINDS, claimed_size, claimed_type, first_media
from hotline.cases.numbers import number_of
from hotline.cases.terms import (
    Channel,
    ClockName,
    ContactState,
    JobName,
    MediaState,
    QueueName,
    Urgency,
)
from hotline.config.limit import Limit
from hotline.identity.folding import fold_name, fold_phone
from hotline.routing.danger import Floor, floor
from hotline.routing.sounds import name_sounds
from hotline.runtime import Runtime
from hotline.store.intake_batch import Kept, NewContact, NewMedium
from hotline.store.sealing import OwnerKey

# Their answer holds the receipt number: who wrote has it as soon as the contact is stored.
ANSWERED = frozenset({Channel.WEB, Channel.QR, Channel.PARTNER})
UNREAD = Urgency.STANDARD  # until triage has read it; a floor of danger stands above this


async def receive_contact(rt: Runtime, inbound: Inbound) -> Kept:
    """Store `inbound` as one contact and return its receipt once that is committed.

    The danger floor runs here, on rules alone, so that a child in danger never waits for a
    queue or a model. The same message again returns the first receipt.

    Errors: Unavailable (nothing was kept; the sender should try again).
    """
    now = rt.clock.now()
    contact_id = await rt.numbers.take(now)
    key, wrapped = rt.sealer.new_key(contact_id)
    return await rt.intake.submit(as_contact(rt, inbound, now, key, wrapped))


def as_contact(
    rt: Runtime, inbound: Inbound, now: datetime, key: OwnerKey, wrapped: bytes
) -> NewContact:
    """Return the row of `inbound`, sealed with its owner's `key`, and what is born with it."""
    contact_id = key.owner_id
    limit = rt.config.service.limits.floor_characters
    judged = floor(inbound.text, rt.triage.danger, limit=limit)
    urgency = UNREAD if judged.urgency is None else Urgency(judged.urgency)
    allowed, span, look = _eyes(rt, urgency)
    promise = _promise(rt, urgency) if inbound.channel in ANSWERED else None
    return NewContact(
        id=contact_id,
        receipt=number_of(contact_id, rt.number_key),
        channel=inbound.channel,
        account=inbound.account,
        external_id=_keyed(rt, inbound, inbound.external_id),
        kind=inbound.kind,
        state=_state(inbound),
        received_at=now,
        occurred_at=inbound.occurred_at,
        screened=inbound.screened,
        anonymous=inbound.anonymous,
        lang_hint=inbound.lang_hint,
        region_hint=inbound.region_hint,
        # Only 111's own site codes are opaque; a partner's site may name a person.
        site=inbound.site if inbound.channel is Channel.QR else None,
        danger=judged.danger,
        danger_score=judged.score,
        urgency=urgency,
        may_write=inbound.policy.may_write,
        thread_hash=_thread(rt, inbound),
        pin_hash=rt.sealer.token_hash(f"{contact_id}:{inbound.pin}")
        if inbound.pin
        else None,
        sealed_narrative=key.seal_text("narrative", inbound.text),
        sealed_identity=_identity(key, inbound),
        sealed_raw=key.seal("raw", inbound.raw),
        wrapped_key=wrapped,
        queue=QueueName.URGENT if judged.danger else QueueName.BULK,
        eyes_allowed=allowed,
        eyes_due_at=now + span,
        eyes_look_at=now + look,
        ack_allowed=promise.text if promise else None,
        ack_due_at=now + (promise.clock or timedelta(minutes=1)) if promise else None,
        event=_event(inbound, judged),
        traces=traces_of(rt, inbound.identity),
        follows_ref=_keyed(rt, inbound, inbound.follows) if inbound.follows else None,
        follows_id=inbound.follows_id,
        behind=inbound.behind,
        wish=inbound.wish,
        happens=inbound.happens,
        media=_media(key, inbound),
        jobs=_jobs(rt, inbound),
    )


def _thread(rt: Runtime, inbound: Inbound) -> bytes | None:
    if inbound.sender is None:
        return None
    return thread_of(rt, inbound.channel, inbound.account, inbound.sender)


def _state(inbound: Inbound) -> ContactState:
    unread = inbound.kind is InboundKind.UNPARSED
    return ContactState.UNPARSED if unread else ContactState.RECEIVED


def _keyed(rt: Runtime, inbound: Inbound, external_id: str) -> str:
    """Return a provider's id, keyed where it is made of the person's address."""
    if inbound.sender is None:
        return external_id
    return rt.sealer.trace("external_id", external_id).hex()


def _jobs(rt: Runtime, inbound: Inbound) -> tuple[tuple[str, str], ...]:
    """Return what is promised beside triage, whatever that will find: all for providers."""
    rules = rt.config.channels.channels[inbound.channel]
    asked = inbound.sender is not None and inbound.policy.may_write
    first = inbound.kind is InboundKind.MESSAGE and asked
    jobs = (
        (JobName.FETCH_MEDIA, bool(inbound.media)),
        (JobName.ACKNOWLEDGE_CONTACT, first and rules.by_itself in ("line", "if_asked")),
    )
    return tuple((job, QueueName.OUTWARD) for job, wanted in jobs if wanted)


def _media(key: OwnerKey, inbound: Inbound) -> tuple[NewMedium, ...]:
    """Return what came along, sealed; nothing of it is looked into before the answer.

    What is claimed is cut to what a row can hold: no claim may cost the message.
    """

    def sealed(part: str, text: str | None) -> bytes | None:
        return key.seal_text(part, text) if text else None

    return tuple(
        NewMedium(
            position=position,
            kind=one.kind if one.kind in KINDS else "file",
            state=MediaState.PROMISED,
            claimed_mime=claimed_type(one.mime),
            size=claimed_size(one.size if one.content is None else len(one.content)),
            sealed_ref=sealed("media_ref", one.ref),
            sealed_name=sealed("media_name", one.name),
            sealed_content=None if one.content is None else key.seal("media", one.content),
        )
        for position, one in enumerate(first_media(inbound.media))
    )


def _eyes(rt: Runtime, urgency: Urgency) -> tuple[str, timedelta, timedelta]:
    """Return the `human_eyes` limit, its span and the first look; elapsed time by policy."""
    limit = rt.config.sla.clocks[ClockName.HUMAN_EYES].limits[urgency]
    span = limit.clock or timedelta(days=1)
    first = rt.config.sla.ladder[urgency][0].percent
    return limit.text, span, span * min(first, 100) / 100


def _promise(rt: Runtime, urgency: Urgency) -> Limit | None:
    """Return how soon whoever writes is to have a receipt; elapsed time by policy."""
    return rt.config.sla.clocks[ClockName.ACKNOWLEDGEMENT].limits.get(urgency)


def _event(inbound: Inbound, judged: Floor) -> str:
    """Return the history entry: codes and rule names, no words."""
    rules = sorted({hit.rule for hit in judged.hits})
    noted: dict[str, object] = {
        "channel": inbound.channel, "danger": judged.danger, "rules": rules
    }  # fmt: skip
    if inbound.marks:
        noted["marks"] = list(inbound.marks)
    return msgspec.json.encode(noted).decode()


def _identity(key: OwnerKey, inbound: Inbound) -> bytes | None:
    """Return who wrote and how to reach them, sealed; None when there is nothing to seal."""
    known: dict[str, object] = {
        "identity": inbound.identity,
        "sender": inbound.sender,
        "policy": inbound.policy,
        "complaint_about": inbound.complaint_about,
        "site": inbound.site,
    }
    if inbound.location is not None:
        known["location"] = inbound.location
    try:
        return key.seal("identity", msgspec.json.encode(known))
    except UnicodeEncodeError:  # half a surrogate pair: a strange name is no reason to fail
        told = msgspec.to_builtins(known)
        return key.seal_text("identity", json.dumps(told, ensure_ascii=True))


def traces_of(rt: Runtime, identity: Identity | None) -> tuple[tuple[str, bytes], ...]:
    """Return the keyed hashes by which this person is found again."""
    if identity is None:
        return ()
    phone = fold_phone(identity.phone) if identity.phone else None
    name = fold_name(identity.name) if identity.name else None
    heard = name_sounds(identity.name) if identity.name else None
    found = [("phone", phone), ("name", name)]
    if heard:
        found += [("sound", pair) for pair in heard.searched]
        found += [("sound_word", word) for word in heard.words]
    return tuple((kind, rt.sealer.trace(kind, value)) for kind, value in found if value)
