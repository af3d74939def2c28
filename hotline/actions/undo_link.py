"""Use case: a person at 111 takes back what was said of two contacts."""

from hotline.actions.decide_link import both_sides
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import links
from hotline.store.transaction import Nudge


async def undo_link(rt: Runtime, viewer: Viewer, receipt: str, other: str) -> None:
    """Undo a link or a dismissal; nothing else changes, for a link changed nothing else.

    A contact that was attached to the other's case stays there until a person detaches it.
    Errors: NotFound; RuleForbids where nobody has decided anything.
    """
    async with rt.transaction(viewer) as tx:
        one, two = await both_sides(rt, tx, viewer, receipt, other)
        known = await links.between(tx, one.id, two.id)
        if known is not None and known.state == links.UNDONE:
            return
        if known is None or known.state == links.SUGGESTED:
            raise RuleForbids("there is nothing to undo", code="not_linked", field="other")
        await links.decide(tx, one.id, two.id, links.UNDONE, "link_undone")
        tx.nudge(Nudge("contact"))
