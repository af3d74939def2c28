"""Use case: one person at 111 ends a contact that is no case, with a wrap-up code."""

from typing import Any

from hotline.cases.terms import ClockName, ClockState, ContactState, WrapUp
from hotline.errors import NotFound, RuleForbids, Stale
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import clocks, contacts, decisions, holds, keys, retractable
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Nudge, Transaction

# What a wrap-up says of the topic; the others say only that there was no case.
TOPICS = {
    WrapUp.THANKS: "INF.STAT",
    WrapUp.PRANK: "INF.SIL",
    WrapUp.WRONG_NUMBER: "INF.SIL",
    WrapUp.TEST: "INF.SIL",
}
NOT_JUDGED = (WrapUp.SILENT, WrapUp.DUPLICATE)  # nobody said how urgent it was
INFORMATION = 4


async def close_contact(
    rt: Runtime,
    viewer: Viewer,
    receipt: str,
    wrap_up: str,
    note: str | None = None,
    *,
    version: int | None = None,
) -> None:
    """Close a contact; meets `human_eyes`. A contact with a case ends with the case instead.

    Closing twice with the same code changes nothing. `version`: the one that the person
    acted on. Errors: NotFound, RuleForbids, Stale when the contact has changed since.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    async with rt.transaction(viewer) as tx:
        await close_in(rt, tx, viewer, receipt, wrap_up, note, version)


async def close_in(
    rt: Runtime,
    tx: Transaction,
    viewer: Viewer,
    receipt: str,
    wrap_up: str,
    note: str | None,
    version: int | None = None,
) -> None:
    """Close a contact in the caller's transaction, as `close_contact` does."""
    if wrap_up not in set(WrapUp):
        raise RuleForbids("choose a wrap-up code", code="unknown_wrap_up", field="wrap_up")
    contact = await contacts.by_receipt(tx, receipt, rt.number_key, lock=True)
    if contact.state in (ContactState.CLOSED, ContactState.SPAM):
        if contact.wrap_up == wrap_up:
            return
        raise RuleForbids("the contact was closed already", code="contact_closed")
    if contact.case_id is not None:
        raise RuleForbids("the contact belongs to a case", code="has_case")
    check_version(contact, version)
    await remember_close(tx, contact)
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
    await holds.let_go(tx, [contact.id])
    decisions.store(tx, [_judgement(rt, contact, WrapUp(wrap_up))])
    tx.record("contact_closed", contact_id=contact.id, data={"wrap_up": wrap_up})
    tx.nudge(Nudge("contact"))


def check_version(contact: Any, version: int | None) -> None:
    """Errors: Stale when the contact has changed since the person read `version`."""
    if version is not None and version != contact.version:
        raise Stale("the contact has changed since", code="contact_changed")


async def remember_close(tx: Transaction, contact: Any) -> None:
    """Keep how the contact stood, so that a slip can be taken back."""
    held = await holds.of_contact(tx, contact.id)
    before = {
        "state": contact.state,
        "mine": held is not None and held.person_id == tx.actor.person_id,
    }
    await retractable.remember(tx, contact.id, retractable.CLOSE, before)


def _judgement(rt: Runtime, contact: Any, wrap_up: WrapUp) -> dict[str, Any]:
    """Return the person's word beside the machine's: triage learns from the pair."""
    triaged = contact.triage or {}
    return {
        "case_id": None,
        "contact_id": contact.id,
        "kind": "close",
        "facts": {"wrap_up": wrap_up},
        "candidates": triaged.get("alternatives") or [],
        "exclusions": [],
        "reasons": ["a person at 111 read it"],
        "choice": {
            "subcategory": TOPICS.get(wrap_up),
            "urgency": None if wrap_up in NOT_JUDGED else INFORMATION,
            "machine": {
                name: triaged.get(name) for name in ("subcategory", "urgency", "region")
            },
        },
        "policy_version": rt.config.referral.version,
        "model_version": triaged.get("model_version") or "none",
    }
