"""Use case: a person sets another urgency. Machines only raise; people answer for lowering."""

from dataclasses import dataclass

from hotline.actions.record_work import need
from hotline.actions.steps import offer
from hotline.actions.steps.move import moving
from hotline.actions.steps.set_urgency import set_urgency
from hotline.cases.lifecycle import Move
from hotline.cases.terms import Role
from hotline.errors import NotAllowed, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, notes


@dataclass(frozen=True, slots=True)
class Changed:
    """How urgent it was, and the version of the case as this change left it."""

    before: int
    version: int


async def change_urgency(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    urgency: int,
    reason: str,
    version: int | None = None,
) -> Changed:
    """Set the urgency; deadlines are recomputed from receipt.

    A machine-raised level may be lowered by 111 with a reason; a level that a person set is
    lowered by a supervisor only. A second person reads every lowering again. Errors: RuleForbids,
    NotAllowed, NotFound, Stale. Source: config/sla.yaml, head.
    """
    if urgency not in range(5):
        raise RuleForbids("urgency is 0 to 4", code="unknown_urgency", field="urgency")
    said = need(reason, "reason")
    async with moving(rt, viewer, number, Move.URGENCY, version) as moved:
        tx, case = moved.tx, moved.case
        before = case.row.urgency
        lowered = urgency > before
        by_supervisor = viewer.role is Role.SUPERVISOR
        if lowered and not (
            by_supervisor or (viewer.at_111 and case.row.urgency_by == "machine")
        ):
            raise NotAllowed("only a supervisor lowers what a person set", code="lowering")
        if urgency == before:
            return Changed(before, case.row.version)
        await notes.add(tx, case.id, "urgency", said)
        await cases.change(tx, case.id, {"urgency": urgency, "urgency_by": "person"})
        fresh = await set_urgency(rt, tx, case.id, before=before, reason=said)
        await offer.tell_commissioner(rt, tx, fresh)
        left = await cases.again(tx, case.id)
        return Changed(before, left.row.version)
