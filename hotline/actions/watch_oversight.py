"""Use case: the clock tells a commissioner of answers that did not come and days that did."""

from hotline.actions.step_oversight import standing_of
from hotline.cases.oversight import OversightTab, come_of
from hotline.cases.terms import PersonId
from hotline.identity.viewer import SWEEP
from hotline.runtime import Runtime
from hotline.store import notices, oversight, people

_AT_ONCE = 100
KINDS = {
    OversightTab.OVERDUE: "oversight_overdue",
    OversightTab.FOLLOW_UP: "oversight_follow_up",
}


async def watch_oversight(rt: Runtime) -> int:
    """Leave a notice for each commissioner who may know of it; return how many were due."""
    async with rt.transaction(SWEEP) as tx:
        due = await oversight.take_due(tx, _AT_ONCE)
        for row in due:
            come = come_of(standing_of(row), row.looked_at, tx.now)
            if not come:
                continue
            for tab in come:
                await oversight.note(tx, row.id, tab)
            for body_id, person_id in await oversight.overseers(tx, row.region):
                viewer = await people.viewer(tx, PersonId(person_id))
                if viewer is not None and await oversight.one(tx, viewer, row.id):
                    for tab in come:
                        notices.put(tx, body_id, KINDS[tab], person_id=person_id)
    return len(due)
