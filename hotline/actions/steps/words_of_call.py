"""Step: what an operator wrote of a call goes to the contact that the call made."""

import json
from dataclasses import asdict, replace
from typing import Any

import msgspec

from hotline.actions.receive_contact import traces_of
from hotline.actions.steps.logged_contact import FACTS
from hotline.cases.inbound import ContactPolicy, Identity
from hotline.cases.terms import ContactState, JobName, QueueName
from hotline.identity.viewer import Viewer
from hotline.language.detect import detect
from hotline.language.normalise import normalise
from hotline.routing.answered import NOTHING, Answered
from hotline.routing.danger import floor
from hotline.runtime import Runtime
from hotline.store import call_bar, calls, cases, contacts, keys
from hotline.store.opened_parts import identity_of, opened
from hotline.store.transaction import Transaction

_ENDED = (ContactState.CLOSED, ContactState.SPAM)


async def contact_of_call(
    tx: Transaction, viewer: Viewer, call_id: int, text: str
) -> Any | None:
    """Return the call's contact, locked, if `text` may stand there, else None.

    Not with a call that the viewer never had, nor over a colleague's words, nor in what was
    closed meanwhile: what was written is then a contact of its own, and is not lost.
    """
    call = await calls.by_id(tx, call_id)
    if call is None or call.contact_id is None:
        return None
    if not await call_bar.had(tx, call, viewer.person_id):
        return None
    seen = (await contacts.by_ids(tx, [call.contact_id]))[0]
    if seen.case_id is not None:  # the case first, as everybody who moves it
        await cases.by_id(tx, seen.case_id, lock=True)
    contact = (await contacts.by_ids(tx, [call.contact_id], lock=True))[0]
    if contacts.keeps_out(tx, contact) or contact.state in _ENDED:
        return None
    parts = await opened(tx, [contact.id])
    words = parts.text(contact.id, "narrative", contact.sealed_narrative)
    if parts.forgotten(contact.id) or words not in ("", None, text):
        return None
    return contact


async def put_words(
    rt: Runtime,
    tx: Transaction,
    contact: Any,
    *,
    text: str,
    identity: Identity | None,
    policy: ContactPolicy,
    anonymous: bool,
    region: str | None,
    told: Answered = NOTHING,
) -> None:
    """Seal the words and who called under the contact's own key; triage reads them later.

    What the exchange said of the caller stays; what the operator wrote stands above it.
    """
    key = await keys.load_one(tx, contact.id)
    known = json.loads(key.open_text("identity", contact.sealed_identity) or "{}")
    who = _together(identity_of(known), identity)
    sealed = {**known, "identity": asdict(who), "policy": asdict(policy)}
    sealed[FACTS] = {**(known.get(FACTS) or {}), **told.answers}
    judged = floor(text, rt.triage.danger)
    raised = contact.urgency if judged.urgency is None else judged.urgency
    await contacts.change(
        tx,
        contact.id,
        {
            "sealed_narrative": key.seal_text("narrative", text),
            "sealed_identity": key.seal("identity", msgspec.json.encode(sealed)),
            "anonymous": anonymous,
            "may_write": policy.may_write,
            "region_hint": region,
            "language": detect(normalise(text)).language,
            "danger": contact.danger or judged.danger,
            "danger_score": max(contact.danger_score, judged.score),
            "urgency": min(contact.urgency, raised),
            "triaged_at": None,  # an empty call was read; now there are words
        },
    )
    await contacts.add_traces(tx, contact.id, traces_of(rt, who))
    tx.promise(JobName.TRIAGE_CONTACT, QueueName.BULK, [contact.id])


def _together(known: Identity, written: Identity | None) -> Identity:
    if written is None:
        return known
    given = {name: value for name, value in asdict(written).items() if value}
    extra = {**known.extra, **written.extra}
    return replace(known, **{**given, "extra": extra})
