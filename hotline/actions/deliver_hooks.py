"""Use case (a job): tell partners that reports of theirs moved on. Queue: outward.

At least once, as partners' specification says: a crash between the post and the commit sends
the same event, under the same `webhook-id`, a second time.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from hotline.actions.manage_hooks import inside
from hotline.cases.retry import pause_after
from hotline.cases.terms import JobName, QueueName
from hotline.identity.viewer import Machine
from hotline.notify.hook import Answer, Post, deliver
from hotline.runtime import Runtime
from hotline.store import hooks, outbox
from hotline.store.transaction import Nudge, Transaction

HOOKS = Machine("hooks")
_BATCH = 100


async def waiting(rt: Runtime, outbox_ids: Sequence[int]) -> dict[int, int]:
    """Return the hook of each outbox row that is open; rows without work are finished."""
    async with rt.transaction(HOOKS) as tx:
        claimed = await outbox.claim(tx, JobName.DELIVER_HOOK, outbox_ids)
        rows = await hooks.to_deliver(tx, [one.subject_id for one in claimed])
        known = {row.id: row.hook_id for row in rows}
        over = [one.id for one in claimed if one.subject_id not in known]
        if over:
            await outbox.finish(tx, over)
        return {one.id: known[one.subject_id] for one in claimed if one.subject_id in known}


async def deliver_one(rt: Runtime, outbox_id: int) -> str | None:
    """Post one event and keep how it went; return that, None when nothing was to be done.

    Errors: Unavailable.
    """
    async with rt.transaction(HOOKS) as tx:
        promised = await outbox.claim(tx, JobName.DELIVER_HOOK, [outbox_id])
        rows = await hooks.to_deliver(tx, [one.subject_id for one in promised])
        found = await hooks.opened(
            tx, await hooks.of_ids(tx, {row.hook_id for row in rows})
        )
    if not rows:
        return None
    row, hook = rows[0], found.get(rows[0].hook_id)
    if hook is None:
        return None
    answer = await _post(rt, row, hook)
    async with rt.transaction(HOOKS) as tx:
        if not await outbox.claim(tx, JobName.DELIVER_HOOK, [outbox_id]):
            return None
        await outbox.finish(tx, [outbox_id])
        if not await hooks.to_deliver(tx, [row.id], lock_rows=True):
            return None
        return await _book(tx, row, answer)


async def _post(rt: Runtime, row: Any, hook: hooks.Opened) -> Answer:
    told = {"type": row.event, "timestamp": row.made_at.isoformat(), "data": row.data}
    post = Post(hook.address, hook.secrets, f"hook-{row.id}", msgspec.json.encode(told))
    at = int(rt.clock.now().timestamp())
    return await deliver(post, at, inside(rt, hook.partner, hook.address))


async def _book(tx: Transaction, row: Any, answer: Answer) -> str:
    values: dict[str, Any] = {"status": answer.status, "reason": answer.code}
    if answer.taken:
        values |= {"state": "sent", "sent_at": tx.now, "next_at": None, "reason": None}
    else:
        pause = pause_after(row.attempts + 1, answer.retry_after)
        if answer.gone or pause is None:
            values |= {"state": "dead", "next_at": None}
        else:
            values["next_at"] = tx.now + pause
    await hooks.book(tx, row.id, values)
    if answer.gone:
        await hooks.set_state(tx, row.hook_id, "disabled", "gone")
        tx.record("hook_disabled", data={"hook": row.hook_id, "reason": "gone"})
        tx.nudge(Nudge("board"))
    return str(values.get("state", "queued"))


async def promise_due(rt: Runtime) -> int:
    """Promise what is to be tried again by now; return how many. Period: some seconds."""
    async with rt.transaction(HOOKS) as tx:
        found = await hooks.due(tx, _BATCH)
        if found:
            tx.promise(JobName.DELIVER_HOOK, QueueName.OUTWARD, found)
        return len(found)
