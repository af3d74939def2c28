"""What changes a running clock: another deadline, a pause, its end, an extension.

Each writes the row and a line of the ledger, so that replaying the ledger gives the row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from hotline.cases.terms import ClockName, ClockState
from hotline.sla import ledger
from hotline.sla.deadline import Deadline
from hotline.sla.explain import Step
from hotline.store import clock_ledger
from hotline.store.tables import clocks
from hotline.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Another deadline of a clock, and why."""

    deadline: Deadline
    urgency: int
    why: str  # urgency | regime | calendar | place
    look_at: datetime | None
    steps: Sequence[Step]
    told_percent: int = 0  # of the ladder


async def recompute(tx: Transaction, row: Row[Any], fresh: Recomputed) -> None:
    """Give an unmet clock another deadline; its start stays."""
    deadline, target = fresh.deadline, fresh.deadline.target
    await tx.run(
        update(clocks)
        .where(clocks.c.id == row.id)
        .values(
            urgency=fresh.urgency,
            basis=target.basis.en,
            law=target.law,
            allowed=target.limit.text,
            calendar=target.calendar,
            due_at=deadline.due_at,
            told_percent=fresh.told_percent,
            next_look_at=fresh.look_at,
            policy_version=target.policy_version,
            calendar_version=deadline.calendar_version,
            body_id=deadline.body,
        )
    )
    known = ledger.said(deadline, fresh.urgency, fresh.steps)
    more = {"why": fresh.why, "told_percent": fresh.told_percent}
    clock_ledger.write(tx, [(row.id, "recomputed", {**known, **more})])
    told = {"due_at": known["due_at"], "urgency": fresh.urgency, "why": fresh.why}
    _record(tx, row, "clock_recomputed", told)


async def pause(tx: Transaction, row: Row[Any], reason: str, until: datetime) -> None:
    """Let a running clock stand still until it is resumed, at the latest at `until`."""
    await _set(
        tx,
        row,
        state=ClockState.PAUSED,
        paused_at=tx.now,
        pause_reason=reason,
        resume_by=until,
        next_look_at=None,
    )
    told = {"reason": reason, "resume_by": until.isoformat(), "by": tx.actor.username}
    clock_ledger.write(tx, [(row.id, "paused", told)])
    _record(tx, row, "clock_paused", {"reason": reason, "resume_by": told["resume_by"]})


async def resume(
    tx: Transaction,
    row: Row[Any],
    due: datetime,
    until: datetime,
    *,
    steps: Sequence[Step],
    look_at: datetime | None,
) -> None:
    """Let a clock go on, due at `due`, that was paused until `until`.

    The sweep resumes in nobody's name, and after an outage later than the pause ended.
    """
    await _set(
        tx,
        row,
        state=ClockState.RUNNING,
        paused_at=None,
        resume_by=None,
        due_at=due,
        next_look_at=look_at,
    )
    by = tx.actor.username if tx.actor.person_id is not None else None
    told = {
        "due_at": due.isoformat(),
        "until": until.isoformat(),
        "by": by,
        "steps": ledger.listed(steps),
    }
    clock_ledger.write(tx, [(row.id, "resumed", told)])
    _record(tx, row, "clock_resumed", {"due_at": told["due_at"]})


async def extend(
    tx: Transaction, row: Row[Any], until: datetime, *, look_at: datetime | None, note: int
) -> None:
    """Put a running clock off until `until`; `note` says why."""
    await _set(tx, row, due_at=until, extended_to=until, next_look_at=look_at)
    told = {"due_at": until.isoformat(), "by": tx.actor.username}
    clock_ledger.write(tx, [(row.id, "extended", told)])
    _record(tx, row, "clock_extended", {"due_at": told["due_at"], "note": note})


async def paused_until_now(tx: Transaction, limit: int) -> Sequence[Row[Any]]:
    """Return paused clocks whose pause is over, with the ids of their cases."""
    return await tx.rows(
        select(clocks.c.id, clocks.c.case_id)
        .where(clocks.c.resume_by <= tx.now, clocks.c.next_look_at.is_(None))
        .order_by(clocks.c.resume_by)
        .limit(limit)
    )


async def leave_paused(tx: Transaction, clock_id: int, until: datetime) -> None:
    """Leave a clock out of `paused_until_now` that cannot go on; the look at `until` ends that."""
    await tx.run(
        update(clocks)
        .where(clocks.c.id == clock_id, clocks.c.state == ClockState.PAUSED)
        .values(next_look_at=until)
    )


async def lock(tx: Transaction, clock_id: int) -> Row[Any] | None:
    """Return one clock, locked; its case must be locked already."""
    return await tx.one(select(clocks).where(clocks.c.id == clock_id).with_for_update())


async def _set(tx: Transaction, row: Row[Any], **values: Any) -> None:
    await tx.run(update(clocks).where(clocks.c.id == row.id).values(**values))


def _record(tx: Transaction, row: Row[Any], event: str, told: dict[str, Any]) -> None:
    known = {"name": row.name, **told}
    tx.record(event, case_id=row.case_id, contact_id=row.contact_id, data=known)


async def take_back(
    tx: Transaction, contact_id: int, name: ClockName, met_at: datetime
) -> list[str]:
    """Let the contact's clocks that were met at `met_at` stand as before; return their names.

    What was late stays late. The sweep looks at once: time has passed since.
    """
    rows = await tx.rows(
        select(clocks)
        .where(
            clocks.c.contact_id == contact_id,
            clocks.c.name == name,
            clocks.c.state == ClockState.MET,
            clocks.c.met_at == met_at,
        )
        .order_by(clocks.c.id)
        .with_for_update()
    )
    for row in rows:
        late = row.breached_at is not None
        before = {
            "state": ClockState.BREACHED if late else ClockState.RUNNING,
            "met_at": None,
            "next_look_at": tx.now,
        }
        await tx.run(update(clocks).where(clocks.c.id == row.id).values(**before))
    clock_ledger.write(tx, [(row.id, "taken_back", {}) for row in rows])
    return [str(row.name) for row in rows]
