"""Use case: a person at 111 says that two contacts tell of one person, or that they do not."""

from typing import Any

from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import contacts, links
from hotline.store.transaction import Nudge, Transaction

LINKED, DISMISSED = links.LINKED, links.DISMISSED
_EVENTS = {LINKED: "contact_linked", DISMISSED: "link_dismissed"}


async def decide_link(
    rt: Runtime, viewer: Viewer, receipt: str, other: str, *, same: bool
) -> None:
    """Link two contacts, suggested or not, or dismiss the suggestion. Merges nothing.

    Both contacts and both cases stay, with their own urgency and clocks; `undo_link` takes
    it back. Errors: NotFound outside 111 and where either side complains of the viewer;
    RuleForbids for a contact and itself.
    """
    state = LINKED if same else DISMISSED
    async with rt.transaction(viewer) as tx:
        one, two = await both_sides(rt, tx, viewer, receipt, other)
        known = await links.between(tx, one.id, two.id)
        if known is not None and known.state == state:
            return
        await links.decide(tx, one.id, two.id, state, _EVENTS[state])
        tx.nudge(Nudge("contact"))


async def both_sides(
    rt: Runtime, tx: Transaction, viewer: Viewer, receipt: str, other: str
) -> tuple[Any, Any]:
    """Return both contacts, locked in one order. Errors: NotFound, RuleForbids."""
    if not viewer.at_111:
        raise NotFound("no such contact")
    found = {
        number: await contacts.by_receipt(tx, number, rt.number_key, lock=True)
        for number in sorted({receipt, other})
    }
    if len(found) == 1:
        raise RuleForbids(
            "a contact is no duplicate of itself", code="same_contact", field="other"
        )
    return found[receipt], found[other]
