"""Use cases: a person at 111 takes a contact, gives it back, or puts it off until later."""

from datetime import datetime, timedelta
from typing import Any

from hotline.actions.confirm_contact import ENDED
from hotline.cases import putting_off
from hotline.errors import NotFound, RuleForbids, Stale
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import contacts, holds, people
from hotline.store.transaction import Nudge, Transaction

_JUST_NOW = timedelta(minutes=10)  # longer ago, and who had it may have gone home


async def take_contact(
    rt: Runtime, viewer: Viewer, receipt: str, *, anyway: bool = False
) -> None:
    """Take a contact in hand; it stands under "mine" from now on. Taking twice is once.

    `anyway`: also out of a colleague's hand, which the page names before.
    Errors: NotFound; Stale `held_by_other`; RuleForbids for what has ended.
    """
    async with rt.transaction(viewer) as tx:
        contact = await _waiting(rt, tx, viewer, receipt)
        held = await holds.of_contact(tx, contact.id, lock=True)
        if held is not None and held.person_id == viewer.person_id:
            return
        if held is not None and not anyway:
            raise await _held_by_other(tx, held)
        before = held.person_id if held is not None else None
        await holds.take(tx, contact.id, viewer.person_id, before)
        data = {"from": held.person_id} if held is not None else {}
        tx.record("contact_taken", contact_id=contact.id, data=data)
        tx.nudge(_changed(contact))


async def give_contact_back(rt: Runtime, viewer: Viewer, receipt: str) -> None:
    """Put a contact back into everybody's queue. Errors: NotFound."""
    async with rt.transaction(viewer) as tx:
        contact = await _contact(rt, tx, viewer, receipt)
        if await holds.give_back(tx, contact.id, viewer.person_id):
            tx.record("contact_given_back", contact_id=contact.id)
            tx.nudge(_changed(contact))


async def undo_taking(rt: Runtime, viewer: Viewer, receipt: str) -> bool:
    """Put a contact back where it was taken from just now: into a colleague's hand or the
    queue; return whether a colleague has it again. Errors: NotFound.
    """
    async with rt.transaction(viewer) as tx:
        contact = await _contact(rt, tx, viewer, receipt)
        held = await holds.of_contact(tx, contact.id, lock=True)
        if held is None or held.person_id != viewer.person_id:
            return False  # it went on meanwhile
        again = await _colleague(tx, contact, held)
        if again is None:
            await holds.give_back(tx, contact.id, viewer.person_id)
            tx.record("contact_given_back", contact_id=contact.id)
        else:
            await holds.take(tx, contact.id, again)
            data = {"to": again}
            tx.record("contact_taking_undone", contact_id=contact.id, data=data)
        tx.nudge(_changed(contact))
        return again is not None


async def _colleague(tx: Transaction, contact: Any, held: Any) -> int | None:
    """Return who had it before, if that was just now and they may have it still."""
    if held.from_id is None or tx.now - held.taken_at > _JUST_NOW:
        return None
    before = await people.viewer(tx, held.from_id)
    if before is None or not before.at_111:
        return None
    return before.person_id if before.keys.isdisjoint(contact.apart or ()) else None


async def put_off(
    rt: Runtime, viewer: Viewer, receipt: str, until: datetime | None, reason: str
) -> None:
    """Let a contact wait until `until`. Its clock runs on; danger never waits.

    What a colleague has in hand does not vanish from under it: it is taken over first.
    Errors: NotFound; Stale `held_by_other`; RuleForbids `danger_waits_not`, `put_off_why`,
    `put_off_until`.
    """
    async with rt.transaction(viewer) as tx:
        contact = await _waiting(rt, tx, viewer, receipt)
        held = await holds.of_contact(tx, contact.id, lock=True)
        if held is not None and held.person_id != viewer.person_id:
            raise await _held_by_other(tx, held)
        danger = bool(contact.danger)
        putting_off.check(contact.urgency, until, reason, tx.now, danger=danger)
        assert until is not None  # noqa: S101  the check has refused that
        await holds.put_off(tx, contact.id, viewer.person_id, until, reason)
        data = {"until": until.isoformat(), "reason": reason}
        tx.record("contact_put_off", contact_id=contact.id, data=data)
        tx.nudge(_changed(contact))


async def resume_contact(rt: Runtime, viewer: Viewer, receipt: str) -> None:
    """Let a contact wait no longer. Errors: NotFound."""
    async with rt.transaction(viewer) as tx:
        contact = await _contact(rt, tx, viewer, receipt)
        if await holds.resume(tx, [contact.id]):
            tx.record("contact_resumed", contact_id=contact.id)
            tx.nudge(_changed(contact))


def _changed(contact: Any) -> Nudge:
    """Return what open pages are told: in whose hands it is changes nothing that was said."""
    return Nudge("contact", apart=tuple(contact.apart or ()), contacts=(contact.id,))


async def _held_by_other(tx: Transaction, held: Any) -> Stale:
    name = await people.display_name(tx, held.person_id)
    return Stale("a colleague has it in hand", code="held_by_other", who=name)


async def _contact(rt: Runtime, tx: Transaction, viewer: Viewer, receipt: str) -> Any:
    if not viewer.at_111:
        raise NotFound("no such contact")
    return await contacts.by_receipt(tx, receipt, rt.number_key, lock=True)


async def _waiting(rt: Runtime, tx: Transaction, viewer: Viewer, receipt: str) -> Any:
    contact = await _contact(rt, tx, viewer, receipt)
    if contact.state in ENDED:
        raise RuleForbids("the contact was closed", code="contact_closed")
    return contact
