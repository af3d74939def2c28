"""Use case (the sweep): who did not answer is passed over, and the next on duty is woken.

Period: `sweep_s`, in every supervisor; two at once are harmless (SKIP LOCKED).
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from hotline.actions.steps import wake
from hotline.actions.steps.absent import begin_absence
from hotline.actions.steps.halve import halved
from hotline.identity.viewer import SWEEP
from hotline.runtime import Runtime
from hotline.store import absences, pages
from hotline.store.transaction import Nudge

_BATCH = 100
_PUT_OFF = timedelta(minutes=1)  # a chain that could not go on is tried again
log = structlog.get_logger()


async def wake_duty(rt: Runtime) -> int:
    """Go on with every chain whose time has come; return how many went on.

    Pages whose reason is gone are withdrawn first: whom nobody needs is not woken. A chain
    that cannot go on holds up no other.
    """
    await _withdraw(rt)
    async with rt.transaction(SWEEP) as tx:
        waiting = await pages.due(tx, _BATCH)

    async def go_on(ids: Sequence[int]) -> int:
        async with rt.transaction(SWEEP) as tx:
            due = await pages.claim(tx, ids)
            for page in due:
                await pages.change(tx, page.id, {"state": "passed", "next_at": None})
                await wake.go_on(rt, tx, page)
            return len(due)

    async def put_off(page_id: int, error: Exception) -> None:
        # The kind of error alone: what it says may quote a person.
        log.error("chain_stuck", code=type(error).__name__, page_id=page_id)
        async with rt.transaction(SWEEP) as tx:
            await pages.put_off(tx, page_id, tx.now + _PUT_OFF)

    return await halved(waiting, go_on, put_off)


async def begin_due_absences(rt: Runtime) -> int:
    """Move on what waits for people whose absence has begun; return how many began.

    Apart from the chains, and each by itself: one that cannot begin must neither keep
    anybody asleep nor hold up the others.
    """
    async with rt.transaction(SWEEP) as tx:
        due = await absences.due(tx, _BATCH)
    return sum([await begin_absence(rt, SWEEP, one) for one in due])


async def _withdraw(rt: Runtime) -> None:
    async with rt.transaction(SWEEP) as tx:
        for gone in await pages.withdraw_moot(tx, list(rt.config.duty.answer_within)):
            tx.record("duty_withdrawn", case_id=gone.case_id, contact_id=gone.contact_id)
            tx.nudge(Nudge("board"))
