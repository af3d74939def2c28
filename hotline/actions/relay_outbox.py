"""Use case: promised work goes to the queue. Any number of relays may run at once."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from hotline.cases.terms import JobName, QueueName
from hotline.errors import Unavailable
from hotline.identity.viewer import Machine
from hotline.queue import Jobs
from hotline.runtime import Runtime
from hotline.store import outbox
from hotline.store.outbox import Promise

RELAY = Machine("relay")


@dataclass(frozen=True, slots=True)
class Relayed:
    """What one turn of the relay did."""

    rows: int
    backlog: bool  # jobs wait, or a full one went: let rows gather, then look again


async def relay_outbox(rt: Runtime, jobs: Jobs) -> Relayed:
    """Lease open rows, urgent ones first, and push them as jobs of a few ids each.

    Errors: Unavailable when PostgreSQL or Redis is away; the rows stay open, and a lease
    whose job could not be pushed is given back, so that it goes as soon as Redis returns.
    """
    depths = await asyncio.to_thread(jobs.depths)
    leased = await _lease(rt, depths)
    for queue, promises in leased.items():
        try:
            await _push(rt, jobs, queue, promises)
        except Unavailable:
            await _give_back(rt, leased)
            raise
    rows = sum(len(promises) for promises in leased.values())
    full = rows >= rt.config.service.work.ids_a_job
    return Relayed(rows, backlog=full or any(depths.values()))


async def recover_leases(rt: Runtime, queues: list[QueueName]) -> int:
    """Let every leased row of `queues` go again: a process that held some has died."""
    async with rt.transaction(RELAY) as tx:
        return await outbox.give_back_queues(tx, queues)


async def recover_forgotten(rt: Runtime, jobs: Jobs) -> bool:
    """Let what was pushed go again if Redis was wiped or restarted; return whether it was.

    First the leases, then the mark: a crash in between repeats this, and loses nothing.
    Errors: Unavailable.
    """
    life = await asyncio.to_thread(jobs.life)
    if life.remembers:
        return False
    await recover_leases(rt, list(QueueName))
    await asyncio.to_thread(jobs.remember, life.incarnation)
    return True


async def _lease(
    rt: Runtime, depths: dict[QueueName, int]
) -> dict[QueueName, list[Promise]]:
    work = rt.config.service.work
    span = timedelta(seconds=work.lease_s)
    leased = {}
    async with rt.transaction(RELAY) as tx:
        await outbox.forget_disk(tx)
        for queue in QueueName:
            room = (work.high_water_jobs - depths[queue]) * work.ids_a_job
            if room > 0:
                leased[queue] = await outbox.lease(tx, queue, limit=room, span=span)
    return leased


async def _push(rt: Runtime, jobs: Jobs, queue: QueueName, promises: list[Promise]) -> None:
    size = rt.config.service.work.ids_a_job
    by_job: dict[JobName, list[int]] = defaultdict(list)
    for promise in promises:
        by_job[promise.job].append(promise.id)
    for job, ids in by_job.items():
        batches = [ids[start : start + size] for start in range(0, len(ids), size)]
        await asyncio.to_thread(jobs.push, queue, job, *batches)


async def _give_back(rt: Runtime, leased: dict[QueueName, list[Promise]]) -> None:
    ids = [promise.id for promises in leased.values() for promise in promises]
    async with rt.transaction(RELAY) as tx:
        await outbox.forget_disk(tx)
        await outbox.give_back(tx, ids)
