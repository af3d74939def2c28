"""Use case (the sweep): who has not said that they are out of a visit is missed.

The body's duty and head are woken, then whoever is above, then 111. Only ever upward and
only people of ours: nobody outside is told by a machine.
"""

from hotline.actions.steps import wake
from hotline.cases.terms import BodyId
from hotline.identity.viewer import SWEEP
from hotline.runtime import Runtime
from hotline.store import cases, notices, visits

_BATCH = 50


async def watch_visits(rt: Runtime) -> int:
    """Wake people for each visitor who is missed; return how many were. Each by itself."""
    async with rt.transaction(SWEEP) as tx:
        due = await visits.missed(tx, _BATCH)
    return sum([await _miss(rt, visit_id) for visit_id in due])


async def _miss(rt: Runtime, visit_id: int) -> bool:
    async with rt.transaction(SWEEP) as tx:
        visit = await visits.lock(tx, visit_id)
        if visit is None or visit.watch_at is None or visit.watch_at > tx.now:
            return False  # they came out meanwhile, or another supervisor was quicker
        await visits.change(tx, visit_id, {"watch_at": None, "late_at": tx.now})
        data = {"body": visit.body_id, "visit": visit_id}
        tx.record("visit_overdue", case_id=visit.case_id, data=data)
        notices.put(tx, visit.body_id, "visit_overdue", case_id=visit.case_id)
        case = await cases.by_id(tx, visit.case_id)
        if case is not None:
            tx.nudge(case.nudge())
            await wake.begin_visit(rt, tx, BodyId(visit.body_id), case)
        return True
