"""Use case: a process does one piece of promised long work (queue: bulk).

It says every second that it lives. Who finds work without such a sign takes it up again; after
some tries it has failed. Only the newest try may write, so a process that was thought dead
spoils nothing.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from hotline.actions.start_work import end, sight
from hotline.actions.steps.halve import guarded
from hotline.actions.works.kind import Bench, Made, Progress, Run, WorkCancelled
from hotline.actions.works.kinds import KINDS
from hotline.cases.terms import JobName, QueueName
from hotline.cases.works import OPEN, WorkKind, WorkState
from hotline.errors import HotlineError, Unavailable
from hotline.identity.viewer import Machine, Viewer
from hotline.runtime import Runtime
from hotline.store import keys, outbox, people, works
from hotline.store.transaction import Transaction

LONG_WORK = Machine("long_work")
MOST_TRIES = 5
LONGEST_S = 3600.0
SILENT_FOR = timedelta(seconds=30)  # then whoever was at it is thought dead
BEAT_S = 1.0
_LEASE = timedelta(seconds=60)
_STRANDED_AFTER = timedelta(minutes=2)
Broken = Callable[[Exception], None]


@dataclass(frozen=True, slots=True)
class _Begun:
    row: Any
    tries: int
    promise: int
    viewer: Viewer
    file: bytes | None


async def run_work(
    rt: Runtime, runs: Mapping[WorkKind, Run], outbox_id: int, broken: Broken
) -> int:
    """Do what outbox row `outbox_id` promises; return how many were open.

    `broken` hears of faults of ours. Errors: Unavailable; the work is then taken up again.
    """
    begun = await _begin(rt, outbox_id)
    if begun is None:
        return 0
    progress = Progress(lambda done, total: _tell(rt, begun, done, total))
    beat = asyncio.create_task(_beat(rt, begun, progress))
    try:
        values = await _ended(rt, runs[WorkKind(begun.row.kind)], begun, progress, broken)
    finally:
        beat.cancel()
        await asyncio.wait({beat})
    await _finish(rt, begun, {"done": progress.done, "total": progress.total, **values})
    return 1


async def _begin(rt: Runtime, outbox_id: int) -> _Begun | None:
    """Take the work up, or end it where nobody can do it; None: there is nothing to do."""
    async with rt.transaction(LONG_WORK) as tx:
        claimed = await outbox.claim(tx, JobName.RUN_WORK, [outbox_id])
        if not claimed:
            return None
        promise = claimed[0]
        row = await works.lock(tx, promise.subject_id)
        if row is None or row.state not in OPEN:
            await outbox.finish(tx, [promise.id])
            return None
        if row.heard_at is not None and row.heard_at > tx.now - SILENT_FOR:
            await outbox.put_off(tx, [promise.id], row.heard_at + SILENT_FOR)
            return None
        viewer = await people.viewer(tx, row.asked_by)
        why_not = _why_not(row, viewer)
        if why_not is not None or viewer is None:
            await end(tx, row, why_not or {})
            await outbox.finish(tx, [promise.id])
            return None
        job, queue = JobName.RUN_WORK, QueueName.BULK
        await outbox.pass_on(tx, [promise.id], job, queue, span=_LEASE)
        tries = row.tries + 1
        running = {"state": WorkState.RUNNING, "tries": tries, "heard_at": tx.now}
        anew = {"done": 0, "total": None, "asked_as": sight(viewer)}
        await works.change(tx, row.id, {**running, **anew})
        file = await works.input_of(tx, row.id)
        return _Begun(row, tries, promise.id, viewer, file)


def _why_not(row: Any, viewer: Viewer | None) -> dict[str, Any] | None:
    """Return how work ends that cannot be begun, or None."""
    if row.cancel_at is not None:
        return {"state": WorkState.CANCELLED}
    if row.tries >= MOST_TRIES:
        return _failed("died")
    if viewer is None or viewer.role not in KINDS[WorkKind(row.kind)].roles:
        return _failed("not_allowed")
    return None


def _failed(cause: str) -> dict[str, Any]:
    return {"state": WorkState.FAILED, "cause": cause}


async def _ended(
    rt: Runtime, run: Run, begun: _Begun, progress: Progress, broken: Broken
) -> dict[str, Any]:
    """Do the work; return how it ended."""
    row = begun.row
    asked = msgspec.convert(row.asked, KINDS[WorkKind(row.kind)].asks)
    bench = Bench(rt, begun.viewer, asked, begun.file, row.locale, progress)

    async def act() -> dict[str, Any]:
        try:
            async with asyncio.timeout(LONGEST_S) as limit:
                made = await run(bench)
        except TimeoutError:
            if not limit.expired():
                raise
            return _failed("too_long")
        except WorkCancelled:
            return {"state": WorkState.CANCELLED}
        except Unavailable:
            raise
        except HotlineError as error:  # a rule, or what was asked: people can act on it
            return _failed(error.code)
        return {"state": WorkState.DONE, "made": made}

    async def fault(error: Exception) -> dict[str, Any]:
        broken(error)
        return _failed("failed")

    return await guarded(act, fault)


async def _finish(rt: Runtime, begun: _Begun, values: dict[str, Any]) -> None:
    """Keep how it ended and what was made, unless another try is at it."""
    made: Made | None = values.pop("made", None)
    async with rt.transaction(begun.viewer) as tx:
        row = await works.lock(tx, begun.row.id)
        if row is None or row.state != WorkState.RUNNING or row.tries != begun.tries:
            return
        only_a_file = KINDS[WorkKind(row.kind)].only_a_file
        if made is not None and only_a_file and row.cancel_at is not None:
            made, values = None, {**values, "state": WorkState.CANCELLED}
        if made is not None:
            values |= {"told": made.told, **await _sealed(tx, row.id, made)}
        await end(tx, row, values)
        await outbox.claim(tx, JobName.RUN_WORK, [begun.promise])
        await outbox.finish(tx, [begun.promise])


async def _sealed(tx: Transaction, work_id: int, made: Made) -> dict[str, Any]:
    if made.content is None:
        return {}
    key = await keys.load_one(tx, work_id)
    sealed = key.seal(works.RESULT, made.content)
    return {"sealed_result": sealed, "name": made.name, "mime": made.mime}


async def _tell(rt: Runtime, begun: _Begun, done: int, total: int | None) -> bool:
    """Write how far the work is; return whether it shall end."""
    async with rt.transaction(LONG_WORK) as tx:
        told = {"done": done, "total": total}
        row = await works.tell(tx, begun.row.id, begun.tries, told)
    return row is None or row.cancel_at is not None


async def _beat(rt: Runtime, begun: _Begun, progress: Progress) -> None:
    """Every second say that the work goes on, and hear whether it shall end."""
    while True:
        await asyncio.sleep(BEAT_S)
        try:
            async with rt.transaction(LONG_WORK) as tx:
                await outbox.put_off(tx, [begun.promise], tx.now + _LEASE)
                row = await works.tell(tx, begun.row.id, begun.tries, {})
        except Unavailable:
            continue  # heard again in a second; what runs finds out by itself
        if row is None or row.cancel_at is not None:
            progress.cancelled.set()


async def give_up_work(rt: Runtime, outbox_id: int, cause: str) -> int:
    """Note that the process which did the work died; return how many were open."""
    async with rt.transaction(LONG_WORK) as tx:
        claimed = await outbox.claim(tx, JobName.RUN_WORK, [outbox_id])
        for promise in claimed:
            row = await works.lock(tx, promise.subject_id)
            if row is not None and row.state in OPEN:
                await end(tx, row, _failed(cause))
        return await outbox.finish(tx, [promise.id for promise in claimed])


async def sweep_works(rt: Runtime) -> int:
    """Drop files whose day has passed, fail what nobody will do; return how many files went."""
    async with rt.transaction(LONG_WORK) as tx:
        for row in await works.stranded(tx, _STRANDED_AFTER):
            await end(tx, row, _failed("died"))
        return await works.forget_due(tx)
