"""Use case (the sweep): who did not answer is passed over, and the next on duty is woken.

Period: once a second, in every supervisor; two at once are harmless (SKIP LOCKED).
"""

from hotline.actions.steps import wake
from hotline.actions.steps.absent import begin_absences
from hotline.identity.viewer import SWEEP
from hotline.runtime import Runtime
from hotline.store import pages
from hotline.store.transaction import Nudge

_BATCH = 100


async def wake_duty(rt: Runtime) -> int:
    """Go on with every chain whose time has come; return how many went on.

    Pages whose reason is gone are withdrawn first: whom nobody needs is not woken.
    """
    async with rt.transaction(SWEEP) as tx:
        for gone in await pages.withdraw_moot(tx):
            tx.record("duty_withdrawn", case_id=gone.case_id, contact_id=gone.contact_id)
            tx.nudge(Nudge("board"))
        await begin_absences(rt, tx)
        due = await pages.due(tx, _BATCH)
        for page in due:
            await pages.change(tx, page.id, {"state": "passed", "next_at": None})
            await wake.go_on(rt, tx, page)
        return len(due)
