"""Clocks: started, ended, judged, claimed. Every change leaves a line in the ledger.

What changes a running clock is in `store.clock_changes`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.terms import ClockName, ClockState
from hotline.sla import ledger
from hotline.sla.deadline import Deadline
from hotline.sla.explain import Step
from hotline.store import clock_ledger
from hotline.store.tables import (
    breaches,
    cases,
    clocks,
    referrals,
)
from hotline.store.transaction import Transaction

UNMET = (ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED)


@dataclass(frozen=True, slots=True)
class ClockOwner:
    """What a clock belongs to."""

    case_id: int | None = None
    contact_id: int | None = None
    referral_id: int | None = None
    handoff_id: int | None = None


@dataclass(frozen=True, slots=True)
class Starting:
    """A clock that starts now."""

    owner: ClockOwner
    deadline: Deadline
    urgency: int
    look_at: datetime | None
    steps: Sequence[Step] = ()  # the working, as it was counted


async def start(tx: Transaction, fresh: Sequence[Starting]) -> None:
    """Start clocks, all in one statement, and write each into the history."""
    if not fresh:
        return
    statement = insert(clocks).returning(clocks.c.id, sort_by_parameter_order=True)
    started = await tx.rows(statement, [_started(clock) for clock in fresh])
    for row, clock in zip(started, fresh, strict=True):
        said = ledger.said(clock.deadline, clock.urgency, clock.steps)
        clock_ledger.write(tx, [(row.id, "started", said)])
        owner = clock.owner
        known = {name: said[name] for name in ("name", "due_at", "allowed")}
        tx.record(
            "clock_started", case_id=owner.case_id, contact_id=owner.contact_id, data=known
        )


def _started(clock: Starting) -> dict[str, Any]:
    """Return the row of a clock that starts."""
    target = clock.deadline.target
    return {
        **asdict(clock.owner),
        "name": target.name,
        "basis": target.basis.en,
        "law": target.law,
        "calendar": target.calendar,
        "allowed": target.limit.text,
        "urgency": clock.urgency,
        "started_at": clock.deadline.started_at,
        "due_at": clock.deadline.due_at,
        "state": ClockState.RUNNING,
        "next_look_at": clock.look_at,
        "policy_version": target.policy_version,
        "calendar_version": clock.deadline.calendar_version,
        "body_id": clock.deadline.body,
    }


def _of(owner: ClockOwner, clock_id: int | None = None) -> ColumnElement[bool]:
    """Return the condition for the clocks of `owner`; at least one part must be given."""
    parts = {**asdict(owner), "id": clock_id}
    chosen = [clocks.c[name] == value for name, value in parts.items() if value is not None]
    if not chosen:
        raise ValueError("clocks of nothing in particular")
    return and_(*chosen)


async def referrals_with_unmet(tx: Transaction, case_id: int) -> set[int]:
    """Return the ids of the case's referrals whose offer clocks still run."""
    rows = await tx.rows(
        select(clocks.c.referral_id).where(
            clocks.c.case_id == case_id,
            clocks.c.referral_id.is_not(None),
            clocks.c.state.in_(UNMET),
        )
    )
    return {row.referral_id for row in rows}


async def unmet(tx: Transaction, owner: ClockOwner) -> Sequence[Row[Any]]:
    """Return the owner's unmet clocks, locked, in order of id."""
    return await tx.rows(
        select(clocks)
        .where(_of(owner), clocks.c.state.in_(UNMET))
        .order_by(clocks.c.id)
        .with_for_update()
    )


async def after(tx: Transaction, clock_id: int, limit: int) -> Sequence[Row[Any]]:
    """Return clocks of any state in order of id, those after `clock_id`."""
    return await tx.rows(
        select(clocks).where(clocks.c.id > clock_id).order_by(clocks.c.id).limit(limit)
    )


async def names(tx: Transaction, owner: ClockOwner) -> set[str]:
    """Return the names of the owner's clocks that were not cancelled."""
    rows = await tx.rows(
        select(clocks.c.name).where(_of(owner), clocks.c.state != ClockState.CANCELLED)
    )
    return {row.name for row in rows}


async def end(
    tx: Transaction,
    owner: ClockOwner,
    *,
    state: ClockState,
    names: Iterable[ClockName] | None = None,
    clock_id: int | None = None,
    reason: str | None = None,
) -> list[str]:
    """Meet or cancel unmet clocks; return their names. A breach stays in its ledger.

    A breached clock that is cancelled stays `breached`: nothing hides that it was late.
    """
    chosen = and_(_of(owner, clock_id), clocks.c.state.in_(UNMET))
    if state is ClockState.CANCELLED:  # what ended late is not ended again
        chosen = and_(chosen, clocks.c.cancelled_at.is_(None))
    if names is not None:
        chosen = and_(chosen, clocks.c.name.in_([str(name) for name in names]))
    found = await tx.rows(
        select(clocks).where(chosen).order_by(clocks.c.id).with_for_update()
    )
    late = await _book_late(tx, found)
    met = state is ClockState.MET
    rows = [row for row in found if met or row.id not in late]
    given_up = [] if met else [row for row in found if row.id in late]
    ended = {"met_at": tx.now, "cancelled_at": None} if met else {"cancelled_at": tx.now}
    gone = dict.fromkeys(("next_look_at", "paused_at", "resume_by"))
    if rows:
        await _set(tx, [row.id for row in rows], {"state": state, **ended, **gone})
    if given_up:
        await _set(tx, [row.id for row in given_up], {"next_look_at": None, **ended})
    event = "met" if met else "cancelled"
    known = {"reason": reason} if reason else {}
    clock_ledger.write(tx, [(row.id, event, known) for row in (*rows, *given_up)])
    for row in rows:
        tx.record(
            f"clock_{event}",
            case_id=row.case_id,
            contact_id=row.contact_id,
            data={"name": row.name, **known},
        )
    return [row.name for row in rows]


async def _set(tx: Transaction, ids: Iterable[int], values: Mapping[str, Any]) -> None:
    await tx.run(update(clocks).where(clocks.c.id.in_(list(ids))).values(**values))


async def _book_late(tx: Transaction, found: Sequence[Row[Any]]) -> set[int]:
    """Breach what ends after its due moment, though no sweep has looked yet.

    Returns the ids of all that are late, judged now or before.
    """
    late = {row.id for row in found if row.state == ClockState.BREACHED}
    for row in found:
        if row.state == ClockState.RUNNING and row.due_at <= tx.now:
            await breach(tx, row)
            late.add(row.id)
    return late


async def breach(tx: Transaction, row: Row[Any], body_id: str | None = None) -> None:
    """Enter a breach into the ledger that no later change can alter."""
    entry = pg_insert(breaches).values(
        clock_id=row.id,
        case_id=row.case_id,
        contact_id=row.contact_id,
        name=row.name,
        urgency=row.urgency,
        region=select(cases.c.region).where(cases.c.id == row.case_id).scalar_subquery(),
        body_id=body_id
        or select(referrals.c.body_id)
        .where(referrals.c.id == row.referral_id)
        .scalar_subquery(),
        law=row.law,
        basis=row.basis,
        started_at=row.started_at,
        due_at=row.due_at,
        judged_at=tx.now,
        policy_version=row.policy_version,
        calendar_version=row.calendar_version,
    )
    await tx.run(entry.on_conflict_do_nothing(index_elements=["clock_id"]))
    await tx.run(
        update(clocks)
        .where(clocks.c.id == row.id)
        .values(state=ClockState.BREACHED, breached_at=row.due_at, judged_at=tx.now)
    )
    due = row.due_at.isoformat()
    clock_ledger.write(tx, [(row.id, "breached", {"due_at": due})])
    tx.record(
        "clock_breached",
        case_id=row.case_id,
        contact_id=row.contact_id,
        data={"name": row.name, "due_at": due},
    )


async def move_to_referral(tx: Transaction, old: int, new: int) -> None:
    """Hand the running offer clocks of a referral on to the next: a re-route resets nothing.

    Neither start nor deadline change, whatever hours the next body keeps: whoever waits was
    promised an answer by then.
    """
    if old == new:
        return
    body = select(referrals.c.body_id).where(referrals.c.id == new).scalar_subquery()
    moved = await tx.rows(
        update(clocks)
        .where(clocks.c.referral_id == old, clocks.c.state.in_(UNMET))
        .values(referral_id=new)
        .returning(clocks.c.id, body.label("body"))
    )
    clock_ledger.write(tx, [(row.id, "moved", {"body": row.body}) for row in moved])


async def attach(tx: Transaction, contact_id: int, case_id: int) -> None:
    """Show a contact's clocks on the case that it was attached to."""
    await tx.run(
        update(clocks).where(clocks.c.contact_id == contact_id).values(case_id=case_id)
    )


async def detach(tx: Transaction, contact_id: int) -> None:
    """Take a contact's clocks from the case that it was attached to; they stay as they are."""
    await tx.run(
        update(clocks).where(clocks.c.contact_id == contact_id).values(case_id=None)
    )


def refresh_due(tx: Transaction, case_ids: Iterable[int]) -> None:
    """Copy the earliest unmet deadline and the urgency to where lists read them.

    Done once, just before the commit, when all clocks stand as they will.
    """
    tx.before_commit(_copy_due, case_ids)


async def _copy_due(tx: Transaction, wanted: Sequence[int]) -> None:
    earliest = (
        select(func.min(clocks.c.due_at))
        .where(
            clocks.c.case_id == cases.c.id,
            clocks.c.state.in_((ClockState.RUNNING, ClockState.BREACHED)),
            clocks.c.cancelled_at.is_(None),  # it was late; nobody waits for it now
        )
        .scalar_subquery()
    )
    moved = (
        update(cases)
        .where(cases.c.id.in_(wanted))
        .values(due_at=earliest)
        .returning(cases.c.id, cases.c.due_at, cases.c.urgency)
        .cte("moved")
    )
    await tx.run(
        update(referrals)
        .where(
            referrals.c.case_id == moved.c.id,
            referrals.c.status.in_(("proposed", "offered", "accepted")),
        )
        .values(due_at=moved.c.due_at, urgency=moved.c.urgency)
    )


DUE = """
SELECT id, case_id FROM clocks WHERE next_look_at <= :now
ORDER BY next_look_at LIMIT :n
"""
_DUE = text(DUE)
_CASES = text(
    "SELECT id FROM cases WHERE id = ANY(:ids) ORDER BY id FOR UPDATE SKIP LOCKED"
)
_CLAIM = text("""
SELECT * FROM clocks
WHERE id = ANY(:ids) AND next_look_at <= :now AND (case_id IS NULL OR case_id = ANY(:cases))
ORDER BY next_look_at, id FOR UPDATE SKIP LOCKED
""")


async def due(tx: Transaction, limit: int) -> Sequence[Row[Any]]:
    """Return clocks whose look has come (id, case_id), oldest first; not locked."""
    return await tx.rows(_DUE, {"now": tx.now, "n": limit})


async def claim(tx: Transaction, found: Sequence[Any]) -> Sequence[Row[Any]]:
    """Return those of `found` that are due still, oldest first, locked for this transaction.

    Their cases are locked first, as every use case does it: so no two ever wait for each
    other. What somebody else is working on is passed over until the next sweep.
    """
    owners = sorted({row.case_id for row in found if row.case_id is not None})
    held = await tx.rows(_CASES, {"ids": owners}) if owners else []
    known = {
        "ids": [row.id for row in found],
        "cases": [row.id for row in held],
        "now": tx.now,
    }
    return await tx.rows(_CLAIM, known)
