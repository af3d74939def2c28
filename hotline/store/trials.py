"""Trials of a changed configuration: the rows, and the stored past that they replay."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Row,
    Select,
    and_,
    any_,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.terms import JobName, QueueName
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store.tables import (
    cases,
    clock_events,
    clocks,
    contacts,
    decisions,
    outbox,
    people,
    referrals,
)
from hotline.store.tables_routing import policy_trials
from hotline.store.transaction import Transaction
from hotline.store.visibility import closed_to, open_to, visible_to

BATCH = 5_000
_BRIEF = [c for c in policy_trials.c if c.name not in ("files", "result")]
_DECISION = ("id", "at", "case_id", "kind", "facts", "choice")
_KINDS: tuple[ColumnElement[str], ...] = (
    literal_column("'route'"),
    literal_column("'person'"),
)
_CLOCK = (
    "id", "case_id", "contact_id", "name", "urgency", "started_at", "due_at", "state",
    "met_at",
)  # fmt: skip


async def add(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Keep a new trial; return its id."""
    row = await tx.one(
        insert(policy_trials).values(dict(values)).returning(policy_trials.c.id)
    )
    if row is None:
        raise RuntimeError("a trial was not stored")
    return int(row.id)


async def by_id(tx: Transaction, trial_id: int, *, lock: bool = False) -> Row[Any]:
    """Return a trial with its files and result. Errors: NotFound."""
    statement = select(policy_trials).where(policy_trials.c.id == trial_id)
    row = await tx.one(statement.with_for_update() if lock else statement)
    if row is None:
        raise NotFound("no such trial")
    return row


async def change(tx: Transaction, trial_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a trial; its files cannot be."""
    await tx.run(
        update(policy_trials).where(policy_trials.c.id == trial_id).values(**dict(values))
    )


async def finish(tx: Transaction, trial_id: int, values: Mapping[str, Any]) -> None:
    """Keep what a replay found, unless another job was quicker."""
    waiting = and_(policy_trials.c.id == trial_id, policy_trials.c.state == "waiting")
    await tx.run(update(policy_trials).where(waiting).values(**values, finished_at=tx.now))


async def promise_later(tx: Transaction, trial_id: int, after: timedelta) -> int:
    """Promise a replay, should nobody have finished it `after` from now; return the row's id."""
    row = await tx.one(
        insert(outbox)
        .values(
            job=JobName.TRY_POLICY,
            queue=QueueName.BULK,
            subject_id=trial_id,
            promised_at=tx.now,
            leased_until=tx.now + after,
        )
        .returning(outbox.c.id)
    )
    if row is None:
        raise RuntimeError("a replay was not promised")
    return int(row.id)


async def enabled(tx: Transaction) -> Row[Any] | None:
    """Return the enabled trial with its files, or None."""
    return await tx.one(select(policy_trials).where(policy_trials.c.state == "enabled"))


async def enabled_id(tx: Transaction) -> int | None:
    """Return the enabled trial's id, or None; one read of a tiny index."""
    row = await tx.one(select(policy_trials.c.id).where(policy_trials.c.state == "enabled"))
    return None if row is None else int(row.id)


def base_of(trial: Row[Any]) -> int | None:
    """Return the trial that was enabled when this one was made, None for config/ itself."""
    base = (trial.result or {}).get("base")
    return None if base is None else int(base)


async def lock_all(tx: Transaction) -> None:
    """Wait until nobody else enables or rolls back."""
    await tx.rows(select(policy_trials.c.id).order_by(policy_trials.c.id).with_for_update())


async def newest(tx: Transaction, n: int) -> Sequence[Row[Any]]:
    """Return the newest trials without files and results."""
    return await tx.rows(select(*_BRIEF).order_by(policy_trials.c.id.desc()).limit(n))


async def usernames(tx: Transaction, ids: set[int | None]) -> dict[int | None, str]:
    """Return user names by id."""
    wanted = [one for one in ids if one is not None]
    rows = await tx.rows(
        select(people.c.id, people.c.username).where(people.c.id.in_(wanted))
    )
    return {row.id: row.username for row in rows}


async def decisions_since(
    tx: Transaction, since: datetime
) -> AsyncIterator[Sequence[Row[Any]]]:
    """Yield the stored choices of bodies and people since `since`, in batches."""
    statement = (
        select(*(decisions.c[name] for name in _DECISION))
        .where(decisions.c.kind.in_(_KINDS), decisions.c.at >= since)
        .order_by(decisions.c.at, decisions.c.id)
    )
    async for batch in _batches(tx, statement):
        yield batch


async def clocks_since(
    tx: Transaction, since: datetime
) -> AsyncIterator[Sequence[Row[Any]]]:
    """Yield the clocks that started since `since`, with what their limits depend on."""
    paused = exists(
        select(clock_events.c.id).where(
            clock_events.c.clock_id == clocks.c.id,
            clock_events.c.event.in_(("paused", "extended")),
        )
    )
    statement = (
        select(
            *(clocks.c[name] for name in _CLOCK),
            # Kept with a clock only where its own limit counts working time.
            func.coalesce(clocks.c.body_id, referrals.c.body_id).label("body_id"),
            func.coalesce(cases.c.regime, "signal").label("regime"),
            func.coalesce(cases.c.rural, literal(False)).label("rural"),
            and_(clocks.c.name == literal_column("'written_outcome'"), paused).label(
                "moved"
            ),
        )
        .select_from(
            clocks.outerjoin(cases, cases.c.id == clocks.c.case_id).outerjoin(
                referrals, referrals.c.id == clocks.c.referral_id
            )
        )
        .where(clocks.c.started_at >= since)
        .order_by(clocks.c.id)
    )
    async for batch in _batches(tx, statement):
        yield batch


async def cases_since(
    tx: Transaction, since: datetime
) -> AsyncIterator[Sequence[Row[Any]]]:
    """Yield the cases received since `since`, with what their limits depend on."""
    same = "id urgency regime rural received_at"
    statement = (
        select(*(cases.c[name] for name in same.split()))
        .where(cases.c.received_at >= since)
        .order_by(cases.c.id)
    )
    async for batch in _batches(tx, statement):
        yield batch


async def _batches(
    tx: Transaction, statement: Select[Any]
) -> AsyncIterator[Sequence[Row[Any]]]:
    """Yield the rows in batches by a cursor: a month of rows never lies in memory."""
    found = await tx.connection.stream(statement, execution_options={"yield_per": BATCH})
    async for batch in found.partitions():
        yield batch


async def count_decisions(tx: Transaction, since: datetime, cap: int) -> int:
    """Return how many decisions would be replayed, at most `cap`."""
    some = (
        select(decisions.c.id)
        .where(decisions.c.kind.in_(_KINDS), decisions.c.at >= since)
        .limit(cap)
        .subquery()
    )
    row = await tx.one(select(func.count().label("n")).select_from(some))
    return int(row.n) if row else 0


async def count_rows(tx: Transaction, since: datetime) -> int:
    """Return how many decisions, clocks and cases a replay reads."""
    counted = [
        select(func.count()).where(*where).scalar_subquery()
        for where in (
            (decisions.c.kind.in_(_KINDS), decisions.c.at >= since),
            (clocks.c.started_at >= since,),
            (cases.c.received_at >= since,),
        )
    ]
    row = await tx.one(select(*counted))
    return sum(row) if row else 0


async def numbers(
    tx: Transaction, viewer: Viewer | None, case_ids: Collection[int]
) -> dict[int, str]:
    """Return the public numbers of those cases that the viewer may know of.

    `viewer` None: a command on the machine itself.
    """
    if not case_ids:
        return {}
    may = visible_to(viewer) if viewer is not None else true()
    rows = await tx.rows(
        select(cases.c.id, cases.c.number).where(_among(cases.c.id, case_ids), may)
    )
    return {row.id: row.number for row in rows}


async def receipts(
    tx: Transaction, viewer: Viewer | None, contact_ids: Collection[int]
) -> dict[int, str]:
    """Return the receipts of contacts without a case, for people at 111."""
    if not contact_ids or (viewer is not None and not viewer.at_111):
        return {}
    rows = await tx.rows(
        select(contacts.c.id, contacts.c.receipt).where(
            _among(contacts.c.id, contact_ids),
            contacts.c.case_id.is_(None),
            open_to(viewer, contacts) if viewer is not None else true(),
        )
    )
    return {row.id: row.receipt for row in rows}


async def closed(
    tx: Transaction, viewer: Viewer, case_ids: Collection[int], contact_ids: Collection[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Return those of the cases and contacts that complain of the viewer or who is theirs."""
    asked = ((cases, case_ids), (contacts, contact_ids))
    found = [
        await tx.rows(
            select(table.c.id).where(_among(table.c.id, ids), closed_to(viewer, table))
        )
        for table, ids in asked
    ]
    told = [frozenset(int(row.id) for row in rows) for rows in found]
    return told[0], told[1]


def _among(column: Column[int], ids: Collection[int]) -> ColumnElement[bool]:
    """Return whether the column is one of `ids`: one parameter, however many there are."""
    return column == any_(literal(sorted(ids), ARRAY(BigInteger)))
