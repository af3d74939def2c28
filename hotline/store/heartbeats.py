"""Which processes live, and how far the engine lags behind the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from hotline.cases.terms import QueueName
from hotline.store.tables import clocks, heartbeats, outbox
from hotline.store.transaction import Transaction

SILENT_FOR = timedelta(seconds=5)  # a process beats every second
_PUT_OFF = timedelta(minutes=10)  # leased for longer: it waits for safe hours, not for us


@dataclass(frozen=True, slots=True)
class Beat:
    """One process and when it was last heard of."""

    process: str
    kind: str  # web | supervisor | worker-urgent | worker-bulk
    age_s: float


@dataclass(frozen=True, slots=True)
class Lag:
    """How far behind the engine is. Units: seconds."""

    sweep_s: float  # since the earliest clock ought to have been looked at
    outbox_s: float  # age of the oldest open promise that waits for nobody outside
    dead: int  # promises that were given up; a person has to look
    workers: list[Beat]
    queues: dict[str, float]  # age of the oldest open promise of each queue


async def beat(tx: Transaction, process: str, kind: str, started_at: datetime) -> None:
    """Say that `process` lives."""
    statement = insert(heartbeats).values(
        process=process, kind=kind, at=tx.now, started_at=started_at
    )
    await tx.run(
        statement.on_conflict_do_update(index_elements=["process"], set_={"at": tx.now})
    )


async def say_goodbye(tx: Transaction, process: str) -> None:
    """Say that `process` ends in order."""
    await tx.run(delete(heartbeats).where(heartbeats.c.process == process))


async def bury(tx: Transaction) -> list[str]:
    """Forget processes that fell silent; return their kinds. Each is returned once."""
    rows = await tx.rows(
        delete(heartbeats)
        .where(heartbeats.c.at < tx.now - SILENT_FOR)
        .returning(heartbeats.c.kind)
    )
    return sorted(row.kind for row in rows)


async def lag(tx: Transaction) -> Lag:
    """Return how far behind the engine is. Four reads of a few index pages each."""
    look = await tx.one(
        select(func.min(clocks.c.next_look_at)).where(clocks.c.next_look_at.is_not(None))
    )
    oldest = {queue: _behind(tx, [await _oldest(tx, queue)]) for queue in QueueName}
    dead = await tx.one(
        select(func.count()).where(
            outbox.c.dead_at.is_not(None), outbox.c.done_at.is_(None)
        )
    )
    return Lag(
        sweep_s=_behind(tx, [look[0]] if look else []),
        # A provider that is away holds up its own messages, and is told apart.
        outbox_s=max(
            age for queue, age in oldest.items() if queue is not QueueName.OUTWARD
        ),
        dead=dead[0] if dead else 0,
        workers=await _beats(tx),
        queues={queue.value: age for queue, age in oldest.items()},
    )


async def _oldest(tx: Transaction, queue: QueueName) -> datetime | None:
    row = await tx.one(
        select(outbox.c.promised_at)
        .where(
            outbox.c.queue == queue.value,
            outbox.c.done_at.is_(None),
            outbox.c.dead_at.is_(None),
            or_(
                outbox.c.leased_until.is_(None),
                outbox.c.leased_until <= tx.now + _PUT_OFF,
            ),
        )
        .order_by(outbox.c.id)
        .limit(1)
    )
    return row[0] if row else None


async def _beats(tx: Transaction) -> list[Beat]:
    rows = await tx.rows(
        select(heartbeats.c.process, heartbeats.c.kind, heartbeats.c.at).order_by(
            heartbeats.c.kind, heartbeats.c.process
        )
    )
    return [Beat(r.process, r.kind, _behind(tx, [r.at])) for r in rows]


def _behind(tx: Transaction, moments: Sequence[datetime | None]) -> float:
    known = [moment for moment in moments if moment is not None]
    return max(0.0, (tx.now - min(known)).total_seconds()) if known else 0.0
