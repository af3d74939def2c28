"""Use case (the sweep): who did not answer is passed over, and the next on duty is woken.

Period: `sweep_s`, in every supervisor; two at once are harmless (SKIP LOCKED).
"""

from datetime import timedelta
from typing import Any

import structlog

from hotline.actions.steps import wake
from hotline.actions.steps.absent import begin_absences
from hotline.errors import Unavailable
from hotline.identity.viewer import SWEEP
from hotline.runtime import Runtime
from hotline.store import pages
from hotline.store.transaction import Nudge, Transaction

_BATCH = 100
_PUT_OFF = timedelta(minutes=1)  # a chain that could not go on is tried again
log = structlog.get_logger()


async def wake_duty(rt: Runtime) -> int:
    """Go on with every chain whose time has come; return how many went on.

    Pages whose reason is gone are withdrawn first: whom nobody needs is not woken. A chain
    that cannot go on holds up no other.
    """
    await _withdraw(rt)
    try:
        return await _go_on(rt, _BATCH)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001  one broken chain must not stop all others
        _note("waking_failed", error)
        return await _go_on_singly(rt)


def _note(event: str, error: Exception, **ids: int) -> None:
    """Log the kind of error alone: what it says may quote a person."""
    log.error(event, code=type(error).__name__, **ids)


async def begin_due_absences(rt: Runtime) -> int:
    """Move on what waits for people whose absence has begun; return how many began.

    Apart from the chains: an absence that cannot begin must not keep anybody asleep.
    """
    async with rt.transaction(SWEEP) as tx:
        return await begin_absences(rt, tx)


async def _withdraw(rt: Runtime) -> None:
    async with rt.transaction(SWEEP) as tx:
        for gone in await pages.withdraw_moot(tx, list(rt.config.duty.answer_within)):
            tx.record("duty_withdrawn", case_id=gone.case_id, contact_id=gone.contact_id)
            tx.nudge(Nudge("board"))


async def _go_on(rt: Runtime, limit: int) -> int:
    async with rt.transaction(SWEEP) as tx:
        due = await pages.due(tx, limit)
        for page in due:
            await _pass_on(rt, tx, page)
        return len(due)


async def _pass_on(rt: Runtime, tx: Transaction, page: Any) -> None:
    await pages.change(tx, page.id, {"state": "passed", "next_at": None})
    await wake.go_on(rt, tx, page)


async def _go_on_singly(rt: Runtime) -> int:
    async with rt.transaction(SWEEP) as tx:
        waiting = [page.id for page in await pages.due(tx, _BATCH)]
    went_on = 0
    for page_id in waiting:
        try:
            async with rt.transaction(SWEEP) as tx:
                page = await pages.locked(tx, page_id)
                if page is not None and page.next_at is not None:
                    await _pass_on(rt, tx, page)
            went_on += 1
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  the same
            _note("chain_stuck", error, page_id=page_id)
            async with rt.transaction(SWEEP) as tx:
                await pages.change(tx, page_id, {"next_at": tx.now + _PUT_OFF})
    return went_on
