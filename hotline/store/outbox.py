"""Promised work: leased by the relay, claimed by a job, done once.

A lease is a hint: losing one means that a row goes a second time, and a job that runs a
second time finds nothing open. So leases are written without waiting for the disk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Interval, case, func, literal, or_, select, text, update

from hotline.cases.terms import JobName, QueueName
from hotline.store.tables import outbox
from hotline.store.transaction import Transaction

_OPEN = outbox.c.done_at.is_(None) & outbox.c.dead_at.is_(None)
_NO_WAIT_FOR_DISK = text("SET LOCAL synchronous_commit TO off")


@dataclass(frozen=True, slots=True)
class Promise:
    """One open row of the outbox: a job promised for a contact, notice or other subject."""

    id: int
    job: JobName
    subject_id: int


async def forget_disk(tx: Transaction) -> None:
    """Let this transaction commit before the disk has it: leases and heartbeats only."""
    await tx.run(_NO_WAIT_FOR_DISK)


async def lease(
    tx: Transaction, queue: QueueName, *, limit: int, span: timedelta
) -> list[Promise]:
    """Return at most `limit` open rows of `queue`, oldest first, leased for `span`.

    Rows that another relay is leasing or a job is claiming are passed over.
    """
    free = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= tx.now)
    oldest = (
        select(outbox.c.id)
        .where(_OPEN, outbox.c.queue == literal(queue.value), free)
        .order_by(outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # A subquery may be run again for each row of a bad plan, and then knows no limit.
        .cte("oldest")
    )
    rows = await tx.rows(
        update(outbox)
        .where(outbox.c.id.in_(select(oldest.c.id)))
        .values(leased_until=tx.now + span, dispatches=outbox.c.dispatches + 1)
        .returning(outbox.c.id, outbox.c.job, outbox.c.subject_id)
    )
    return [Promise(row.id, JobName(row.job), row.subject_id) for row in sorted(rows)]


async def give_back(tx: Transaction, ids: Sequence[int]) -> int:
    """End the leases of `ids`, which never reached the queue; return how many."""
    return await tx.run(
        update(outbox).where(outbox.c.id.in_(ids), _OPEN).values(leased_until=None)
    )


async def give_back_queues(tx: Transaction, queues: Sequence[QueueName]) -> int:
    """End every lease on `queues`: what they led to may be lost. Return how many.

    A row that waits after a failure keeps waiting.
    """
    return await tx.run(
        update(outbox)
        .where(
            outbox.c.queue.in_([queue.value for queue in queues]),
            _OPEN,
            outbox.c.leased_until > tx.now,
            outbox.c.failures == 0,
        )
        .values(leased_until=None)
    )


async def claim(tx: Transaction, job: JobName, ids: Sequence[int]) -> list[Promise]:
    """Return those of `ids` that promise `job` and are open, locked until the commit.

    Two jobs with the same ids: the second waits here and then finds nothing. Ids come from
    Redis: one that promises another job is not this job's to finish.
    """
    rows = await tx.rows(
        select(outbox.c.id, outbox.c.job, outbox.c.subject_id)
        .where(outbox.c.id.in_(ids), outbox.c.job == job, _OPEN)
        .order_by(outbox.c.id)
        .with_for_update()
    )
    return [Promise(row.id, JobName(row.job), row.subject_id) for row in rows]


async def finish(tx: Transaction, ids: Sequence[int]) -> int:
    """Mark claimed rows as done; return how many."""
    return await tx.run(
        update(outbox)
        .where(outbox.c.id.in_(ids), _OPEN)
        .values(done_at=tx.now, leased_until=None)
    )


async def put_off(tx: Transaction, ids: Sequence[int], until: datetime) -> int:
    """Let claimed rows wait until `until`; return how many.

    A hint like every lease: one that ends early finds that it is not yet time.
    """
    return await tx.run(
        update(outbox).where(outbox.c.id.in_(ids), _OPEN).values(leased_until=until)
    )


async def pass_on(
    tx: Transaction, ids: Sequence[int], job: JobName, queue: QueueName, *, span: timedelta
) -> int:
    """Let claimed rows promise their next step, leased to whom took this one; how many.

    The worker goes on with the same ids. Should it die, the lease ends and a relay sends them.
    """
    return await tx.run(
        update(outbox)
        .where(outbox.c.id.in_(ids), _OPEN)
        .values(job=job, queue=queue, leased_until=tx.now + span)
    )


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of a row whose job failed."""

    subject_id: int
    failures: int
    dead: bool


async def count_failure(
    tx: Transaction, row_id: int, *, code: str, limit: int, pause: timedelta
) -> Failure | None:
    """Count one failure of `row_id`; at `limit` the row is dead. None: it is not open.

    It waits for `pause`, doubled with each failure. `code` is never a message: messages may
    quote what people wrote.
    """
    failures = outbox.c.failures + 1
    doubled = func.power(2, func.least(outbox.c.failures, 6))
    seconds = literal(pause.total_seconds()) * doubled
    wait = literal(tx.now) + func.make_interval(0, 0, 0, 0, 0, 0, seconds, type_=Interval)
    row = await tx.one(
        update(outbox)
        .where(outbox.c.id == row_id, _OPEN)
        .values(
            failures=failures,
            last_error=code,
            leased_until=wait,
            dead_at=case((failures >= limit, literal(tx.now)), else_=None),
        )
        .returning(outbox.c.subject_id, outbox.c.failures, outbox.c.dead_at)
    )
    if row is None:
        return None
    return Failure(row.subject_id, row.failures, row.dead_at is not None)
