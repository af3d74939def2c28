"""Use case: one person at 111 ends a contact that is no case, with a wrap-up code."""

from hotline.cases.terms import ClockName, ClockState, ContactState, WrapUp
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import clocks, contacts, keys
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Nudge


async def close_contact(
    rt: Runtime, viewer: Viewer, receipt: str, wrap_up: str, note: str | None = None
) -> None:
    """Close a contact; meets `human_eyes`. A contact with a case ends with the case instead.

    Closing twice with the same code changes nothing. Errors: NotFound, RuleForbids.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    if wrap_up not in set(WrapUp):
        raise RuleForbids("choose a wrap-up code", code="unknown_wrap_up", field="wrap_up")
    async with rt.transaction(viewer) as tx:
        contact = await contacts.by_receipt(tx, receipt, rt.number_key, lock=True)
        if contact.state in (ContactState.CLOSED, ContactState.SPAM):
            if contact.wrap_up == wrap_up:
                return
            raise RuleForbids("the contact was closed already", code="contact_closed")
        if contact.case_id is not None:
            raise RuleForbids("the contact belongs to a case", code="has_case")
        sealed = None
        if note and note.strip():
            key = await keys.load_one(tx, contact.id)
            sealed = key.seal_text("wrap_up", note.strip())
        spam = wrap_up == WrapUp.SPAM
        await contacts.change(
            tx,
            contact.id,
            {
                "state": ContactState.SPAM if spam else ContactState.CLOSED,
                "wrap_up": wrap_up,
                "sealed_wrap_up_note": sealed,
                "seen_by": viewer.person_id,
                "seen_at": tx.now,
                "closed_at": tx.now,
            },
        )
        await clocks.end(
            tx,
            ClockOwner(contact_id=contact.id),
            state=ClockState.MET,
            names=[ClockName.HUMAN_EYES],
        )
        tx.record("contact_closed", contact_id=contact.id, data={"wrap_up": wrap_up})
        tx.nudge(Nudge("contact"))
