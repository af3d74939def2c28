"""Step: start, meet and recompute the clocks of a case by policy."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from hotline.cases.terms import ClockName, ClockState, Regime, Urgency
from hotline.runtime import Runtime
from hotline.sla.breach import ClockFacts, next_look_at
from hotline.sla.deadline import Deadline, due_for
from hotline.store import clocks
from hotline.store.clocks import ClockOwner, Starting
from hotline.store.transaction import Transaction

OF_THE_CASE = (
    ClockName.FIRST_CONTACT,
    ClockName.ON_SITE_CHECK,
    ClockName.SAFETY,
    ClockName.WRITTEN_OUTCOME,
)
OF_AN_OFFER = (ClockName.ACCEPTANCE, ClockName.REDIRECT)


def deadline_of(
    rt: Runtime, name: ClockName, started_at: datetime, urgency: int, regime: str
) -> Deadline | None:
    """Return a clock's deadline by config/sla.yaml, or None where it does not run."""
    return due_for(
        rt.config.sla,
        rt.calendar,
        name,
        started_at,
        urgency=Urgency(urgency),
        regime=Regime(regime),
    )


def first_look(rt: Runtime, deadline: Deadline, urgency: int) -> datetime | None:
    """Return when the sweep must first look at a fresh clock."""
    facts = ClockFacts(
        deadline.target.name,
        deadline.started_at,
        deadline.due_at,
        Urgency(urgency),
        ClockState.RUNNING,
    )
    return next_look_at(facts, rt.config.sla.ladder)


async def start(
    rt: Runtime,
    tx: Transaction,
    owners: Sequence[ClockOwner],
    names: Sequence[ClockName],
    *,
    started_at: datetime,
    urgency: int,
    regime: str,
) -> None:
    """Start, for each owner, each of `names` that policy knows for this urgency and regime."""
    known = [deadline_of(rt, name, started_at, urgency, regime) for name in names]
    await clocks.start(
        tx,
        [
            Starting(owner, deadline, urgency, first_look(rt, deadline, urgency))
            for owner in owners
            for deadline in known
            if deadline is not None
        ],
    )


async def recompute(
    rt: Runtime, tx: Transaction, rows: Iterable[Any], *, urgency: int, regime: str
) -> None:
    """Give unmet clocks the deadlines of another urgency, from the moments they started."""
    for row in rows:
        if row.state == ClockState.BREACHED:
            continue  # it was late and stays so; the ladder goes on
        deadline = deadline_of(rt, ClockName(row.name), row.started_at, urgency, regime)
        if row.due_at <= tx.now and (deadline is None or deadline.due_at > row.due_at):
            continue  # late already, though no sweep has looked yet
        if deadline is None:
            await clocks.end(
                tx,
                ClockOwner(),
                clock_id=row.id,
                state=ClockState.CANCELLED,
                reason="urgency_changed",
            )
            continue
        look = first_look(rt, deadline, urgency)
        await clocks.recompute(tx, row, deadline, urgency=urgency, look_at=look)
