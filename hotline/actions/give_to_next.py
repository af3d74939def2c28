"""Use case: a person at 111 gives a case that lies idle to the next person of its body."""

from hotline.actions.record_work import need
from hotline.actions.steps.move import moving
from hotline.actions.steps.reassign import reroute_by_hand
from hotline.actions.transfer_referral import need_free
from hotline.cases.lifecycle import Move
from hotline.errors import NotAllowed, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import notes


async def give_to_next(
    rt: Runtime, viewer: Viewer, number: str, *, reason: str, version: int | None = None
) -> None:
    """Let the rules choose the next person of the lead; who has it is not asked again.

    Clocks go on. Errors: RuleForbids `nobody_else`, `not_open`, `handed_over_already`;
    NotFound, NotAllowed, Stale.
    """
    said = need(reason, "reason")
    if not viewer.at_111:  # a body gives its work to a colleague by name
        raise NotAllowed("111 alone looks for the next person")
    async with moving(rt, viewer, number, Move.TRANSFER, version) as moved:
        lead = moved.case.lead
        if lead is None:
            raise RuleForbids("nobody was asked", code="not_open")
        need_free(moved, lead, "case")
        note = await notes.add(moved.tx, moved.case.id, "note", said, referral_id=lead.id)
        moved.tx.record("note_added", case_id=moved.case.id, data={"note": note})
        await reroute_by_hand(rt, moved.tx, lead)
