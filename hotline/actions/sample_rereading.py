"""Use case: harmless contacts, drawn at random, are read again by somebody else.

Nobody corrects what nobody sees: an urgent message that was taken for information is found
only so. The second reader sees the words, and neither the machine's answer nor the first
reader's. What turns out urgent comes back to the desk at once.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hotline.actions.confirm_contact import check_codes
from hotline.actions.steps import run_clocks
from hotline.cases.terms import ClockName, ContactState, Regime, Role
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import contacts, notices, rereadings
from hotline.store.clocks import ClockOwner
from hotline.store.opened_parts import opened
from hotline.store.transaction import Nudge, Transaction

PERIOD = timedelta(days=7)
LARGEST = 500
URGENT = 1


@dataclass(frozen=True, slots=True)
class SecondReading:
    """A contact for a second reader: the words alone."""

    receipt: str
    channel: str
    language: str | None
    text: str | None


async def draw_sample(rt: Runtime, viewer: Viewer, size: int) -> int:
    """Draw contacts of the last PERIOD that were judged harmless; return how many.

    Errors: NotFound outside 111; NotAllowed but for a supervisor; RuleForbids.
    """
    _at_111(viewer)
    if viewer.role is not Role.SUPERVISOR:
        raise NotAllowed("a supervisor draws the sample")
    if not 1 <= size <= LARGEST:
        raise RuleForbids(f"draw 1 to {LARGEST}", code="bad_size", field="size")
    async with rt.transaction(viewer) as tx:
        drawn = await rereadings.draw(tx, since=tx.now - PERIOD, size=size)
        tx.record("rereading_drawn", data={"contacts": drawn})
        return drawn


async def waiting_rereadings(rt: Runtime, viewer: Viewer) -> list[Any]:
    """Return what this person may read a second time: receipt, channel, language."""
    _at_111(viewer)
    async with rt.transaction(viewer) as tx:
        return await rereadings.waiting(tx, viewer.person_id)


async def open_for_rereading(rt: Runtime, viewer: Viewer, receipt: str) -> SecondReading:
    """Return the words of a drawn contact. Errors: NotFound when it is not theirs to read."""
    _at_111(viewer)
    async with rt.transaction(viewer) as tx:
        contact = await contacts.by_receipt(tx, receipt, rt.number_key)
        await _reading(tx, viewer, contact.id)
        parts = await opened(tx, [contact.id])
        tx.record("viewed", contact_id=contact.id, data={"where": "rereading"})
        text = parts.text(contact.id, "narrative", contact.sealed_narrative)
        return SecondReading(receipt, contact.channel, contact.language, text)


async def give_verdict(
    rt: Runtime,
    viewer: Viewer,
    receipt: str,
    *,
    urgency: int,
    subcategory: str | None = None,
) -> None:
    """Keep the second reader's word; an urgent one brings the contact back to the desk.

    Errors: NotFound, RuleForbids (unknown codes, given already).
    """
    _at_111(viewer)
    check_codes(rt, subcategory, urgency, None)
    async with rt.transaction(viewer) as tx:
        contact = await contacts.by_receipt(tx, receipt, rt.number_key, lock=True)
        reading = await _reading(tx, viewer, contact.id, lock=True)
        await rereadings.give(tx, reading.id, subcategory=subcategory, urgency=urgency)
        tx.record("reread", contact_id=contact.id, data={"urgency": urgency})
        if urgency <= URGENT:
            await _alarm(rt, tx, contact, urgency)


async def _reading(
    tx: Transaction, viewer: Viewer, contact_id: int, *, lock: bool = False
) -> Any:
    """Return the waiting second reading. Errors: NotFound, RuleForbids."""
    found = await rereadings.of_contact(tx, contact_id, lock=lock)
    if found is None or found.first_reader == viewer.person_id:
        raise NotFound("no such contact to read again")
    if found.read_at is not None:
        raise RuleForbids("it was read again already", code="reread_already")
    return found


async def _alarm(rt: Runtime, tx: Transaction, contact: Any, urgency: int) -> None:
    """Tell the shift; a contact that was closed waits for a person again, with its clock."""
    notices.put(
        tx,
        notices.SHIFT,
        "reread_urgent",
        case_id=contact.case_id,
        contact_id=contact.id,
    )
    if contact.case_id is not None:
        return  # people work on it: they set the urgency, and answer for it
    back = {"state": ContactState.TRIAGED, "urgency": urgency, "danger": True}
    unseen = {"seen_by": None, "seen_at": None, "closed_at": None, "wrap_up": None}
    await contacts.change(tx, contact.id, {**back, **unseen})
    await run_clocks.start(
        rt,
        tx,
        [ClockOwner(contact_id=contact.id)],
        [ClockName.HUMAN_EYES],
        started_at=tx.now,
        urgency=urgency,
        regime=Regime.SIGNAL,
    )
    tx.record("contact_reopened", contact_id=contact.id, data={"urgency": urgency})
    tx.nudge(Nudge("contact"))
    tx.nudge(Nudge("board"))


def _at_111(viewer: Viewer) -> None:
    if not viewer.at_111:
        raise NotFound("no such page")
