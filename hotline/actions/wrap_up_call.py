"""Use cases: an operator ends the writing-up of a call, or takes more time for it."""

from datetime import timedelta
from typing import Any

from hotline.actions.close_contact import close_in
from hotline.actions.steps import presence as step
from hotline.actions.take_call import draft_of
from hotline.cases.terms import CallState
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import calls, contacts, drafts, keys, presence
from hotline.store.opened_parts import opened
from hotline.store.transaction import Transaction

LONGEST = timedelta(minutes=30)  # of writing up; whoever needs longer pauses, with a reason


async def wrap_up_call(
    rt: Runtime,
    viewer: Viewer,
    call_id: int,
    wrap_up: str | None = None,
    note: str | None = None,
) -> None:
    """End one's own call at the desk: with a code for a call that is no case, or without.

    What stood in the form goes along with the contact before the form is dropped. A call
    that is still in talk is only given its code. Errors: NotFound, RuleForbids.
    """
    async with rt.transaction(viewer) as tx:
        call = await calls.of_person(tx, viewer, call_id, lock=True)
        if wrap_up is not None:
            contact = (await contacts.by_ids(tx, [call.contact_id], lock=True))[0]
            await _keep_words(tx, viewer, call_id, contact)
            await close_in(rt, tx, viewer, contact.receipt, wrap_up, note)
        if call.state == CallState.WRAP_UP:
            done = {"state": CallState.CLOSED, "wrapped_up_at": tx.now}
            await calls.change(tx, call_id, done)
            await step.follow(
                rt,
                tx,
                person_id=viewer.person_id,
                call_id=call_id,
                state=CallState.CLOSED,
            )
        step.tell(tx, viewer.person_id)


async def extend_wrap_up(rt: Runtime, viewer: Viewer, call_id: int) -> None:
    """Take as much time again for writing up. Errors: NotFound, RuleForbids `wrap_up_over`."""
    async with rt.transaction(viewer) as tx:
        call = await calls.of_person(tx, viewer, call_id, lock=True)
        if call.state != CallState.WRAP_UP or call.ended_at is None:
            raise RuleForbids("there is nothing to write up", code="wrap_up_over")
        more = timedelta(seconds=rt.config.channels.phone.wrap_up_s)
        until = max(call.wrap_up_until or tx.now, tx.now) + more
        until = min(until, max(call.ended_at + LONGEST, tx.now))
        await calls.change(tx, call_id, {"wrap_up_until": until})
        row = await presence.of_person(tx, viewer.person_id, lock=True)
        if row is not None and row.call_id == call_id:
            await presence.put_off(tx, viewer.person_id, until)
        step.tell(tx, viewer.person_id)


async def _keep_words(tx: Transaction, viewer: Viewer, call_id: int, contact: Any) -> None:
    """Seal what the form held with the contact, where nobody wrote before; drop the form."""
    draft = await draft_of(tx, viewer, call_id)
    if draft is None:
        return
    text = str(draft.fields.get("text") or "").strip()
    parts = await opened(tx, [contact.id])
    empty = not parts.text(contact.id, "narrative", contact.sealed_narrative)
    if text and empty and not parts.forgotten(contact.id):
        key = await keys.load_one(tx, contact.id)
        sealed = key.seal_text("narrative", text)
        await contacts.change(tx, contact.id, {"sealed_narrative": sealed})
    await drafts.drop(tx, viewer.person_id, draft.id)
