"""Step: start, meet and recompute the clocks of a case by policy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hotline.cases.terms import ClockName, ClockState, Regime, Urgency
from hotline.config.calendar import Hours
from hotline.config.limit import CalendarKind
from hotline.runtime import Runtime
from hotline.sla import ledger
from hotline.sla.breach import ClockFacts, next_look_at
from hotline.sla.deadline import Deadline, due_for
from hotline.sla.explain import Step, counted, delayed
from hotline.sla.put_off import Delay, put_off
from hotline.sla.targets import ladder_of
from hotline.store import clock_changes, clock_hours, clock_ledger, clocks
from hotline.store.clock_changes import Recomputed
from hotline.store.clocks import ClockOwner, Starting
from hotline.store.transaction import Transaction

OF_THE_CASE = (
    ClockName.FIRST_CONTACT,
    ClockName.ON_SITE_CHECK,
    ClockName.SAFETY,
    ClockName.WRITTEN_OUTCOME,
)
OF_AN_OFFER = (ClockName.ACCEPTANCE, ClockName.REDIRECT)
# Nobody escapes a second reading, or the law's terms for a found child, by closing a case.
OUTLIVE_CLOSING = frozenset(
    {ClockName.LOWERED_REREAD, ClockName.GUARDIANSHIP_REGISTER, ClockName.HOSPITAL_STAY}
)
END_WITH_CASE = tuple(name for name in ClockName if name not in OUTLIVE_CLOSING)


@dataclass(frozen=True, slots=True)
class Terms:
    """What, beside its name and start, gives a clock its limit."""

    urgency: int
    regime: str
    rural: bool = False


def is_rural(rt: Runtime, district: str | None) -> bool:
    """Return whether a district (KATO) is a rayon: cities and their districts are not."""
    return district is not None and any(
        place.kato == district and place.kind == "rayon"
        for place in rt.config.places.districts
    )


def deadline_of(
    rt: Runtime,
    name: ClockName,
    started_at: datetime,
    terms: Terms,
    own: tuple[str, Hours] | None = None,
) -> Deadline | None:
    """Return a clock's deadline by config/sla.yaml, or None where it does not run.

    `own`: a body with hours of its own, which count for it.
    """
    body, hours = own or (None, None)
    return due_for(
        rt.config.sla,
        rt.calendar.for_hours(hours),
        name,
        started_at,
        urgency=Urgency(terms.urgency),
        regime=Regime(terms.regime),
        rural=terms.rural,
        body=body,
    )


def first_look(rt: Runtime, deadline: Deadline, urgency: int) -> datetime | None:
    """Return when the sweep must first look at a fresh clock."""
    name = deadline.target.name
    return look_of(rt, name, deadline.started_at, deadline.due_at, urgency)


def look_of(
    rt: Runtime,
    name: ClockName,
    started_at: datetime,
    due_at: datetime,
    urgency: int,
    told_percent: int = 0,
) -> datetime | None:
    """Return when the sweep must next look at a running clock."""
    facts = ClockFacts(
        name, started_at, due_at, Urgency(urgency), ClockState.RUNNING, told_percent
    )
    return next_look_at(facts, ladder_of(rt.config.sla, name))


async def start(
    rt: Runtime,
    tx: Transaction,
    owners: Sequence[ClockOwner],
    names: Sequence[ClockName],
    *,
    started_at: datetime,
    urgency: int,
    regime: str,
    rural: bool = False,
) -> None:
    """Start, for each owner, each of `names` that policy knows for this urgency and regime.

    Working time of an offer is that of the body that was asked.
    """
    terms = Terms(urgency, regime, rural)
    usual = {name: deadline_of(rt, name, started_at, terms) for name in names}
    own = await _own_hours(tx, owners, usual.values())
    fresh: list[Starting] = []
    for owner in owners:
        for name, deadline in usual.items():
            hours = own.get(owner.referral_id or 0)
            wanted = deadline
            if hours is not None and deadline is not None and _works(deadline):
                wanted = deadline_of(rt, name, started_at, terms, hours)
            if wanted is not None:
                calendar = rt.calendar.for_hours(
                    hours[1] if wanted.body and hours else None
                )
                steps = counted(wanted, calendar)
                look = first_look(rt, wanted, urgency)
                fresh.append(Starting(owner, wanted, urgency, look, steps))
    await clocks.start(tx, fresh)


def _works(deadline: Deadline) -> bool:
    return deadline.target.calendar is CalendarKind.WORK


async def _own_hours(
    tx: Transaction, owners: Sequence[ClockOwner], usual: Iterable[Deadline | None]
) -> Mapping[int, tuple[str, Hours]]:
    """Return the hours of the bodies that were asked, where working time is counted at all."""
    asked = [owner.referral_id for owner in owners if owner.referral_id is not None]
    if not asked or not any(d is not None and _works(d) for d in usual):
        return {}
    return await clock_hours.of_referrals(tx, asked)


def run_in_time(rows: Iterable[Any], name: ClockName, now: datetime) -> bool:
    """Return whether one of these unmet clocks is called `name` and not late yet.

    What was late gives nobody a term any more, whether it was ended since or not.
    """
    named = [row for row in rows if row.name == name]
    return any(
        row.state == ClockState.PAUSED
        or (row.state == ClockState.RUNNING and row.due_at > now)
        for row in named
    )


async def recompute(
    rt: Runtime,
    tx: Transaction,
    rows: Sequence[Any],
    *,
    urgency: int,
    regime: str,
    rural: bool = False,
    why: str = "urgency",
) -> None:
    """Give unmet clocks the deadlines of other terms, from the moments they started.

    What put a deadline off before puts it off again. Only another urgency climbs the ladder
    anew. `why`: urgency | regime | place.
    """
    terms = Terms(urgency, regime, rural)
    hours = await _hours_of(tx, rows)
    delays = await delays_of(tx, rows)
    for row in rows:
        if row.state == ClockState.BREACHED:
            continue  # it was late and stays so; the ladder goes on
        own = (row.body_id, hours[row.body_id]) if row.body_id in hours else None
        kept = terms if row.name != ClockName.LOWERED_REREAD else _as_started(row, terms)
        base = deadline_of(rt, ClockName(row.name), row.started_at, kept, own)
        put = delays.get(row.id, ())
        calendar = rt.calendar.for_hours(own[1] if own else None)
        deadline = base and replace(
            base,
            due_at=put_off(row.started_at, base.due_at, base.target.limit, put, calendar),
        )
        if _late_already(row, tx.now, deadline):
            continue
        if deadline is None or base is None:
            await clocks.end(
                tx,
                ClockOwner(),
                clock_id=row.id,
                state=ClockState.CANCELLED,
                reason="urgency_changed",
            )
        elif why == "urgency" or _differs(row, deadline):
            steps = [
                *counted(base, calendar),
                *delayed(row.started_at, base.target.limit, put, calendar),
            ]
            await _give(rt, tx, row, deadline, kept.urgency, why, steps)


def _as_started(row: Any, terms: Terms) -> Terms:
    """A second reading keeps its half hour, whatever becomes of the urgency."""
    return replace(terms, urgency=row.urgency)


def _late_already(row: Any, now: datetime, deadline: Deadline | None) -> bool:
    """Return whether it is late, though no sweep has looked yet, and would be so no more."""
    if row.state != ClockState.RUNNING or row.due_at > now:
        return False
    return deadline is None or deadline.due_at > row.due_at


def _differs(row: Any, deadline: Deadline) -> bool:
    """Return whether a deadline rests on something else than the row says."""
    target = deadline.target
    was = (row.due_at, row.law, row.allowed)
    return was != (deadline.due_at, target.law, target.limit.text)


async def _give(
    rt: Runtime,
    tx: Transaction,
    row: Any,
    deadline: Deadline,
    urgency: int,
    why: str,
    steps: Sequence[Step],
) -> None:
    """Write another deadline; a paused clock is looked at when it goes on."""
    told = 0 if why == "urgency" else row.told_percent
    look = None
    if row.state == ClockState.RUNNING:
        name = deadline.target.name
        look = look_of(rt, name, row.started_at, deadline.due_at, urgency, told)
    fresh = Recomputed(deadline, urgency, why, look, steps, told)
    await clock_changes.recompute(tx, row, fresh)


async def _hours_of(tx: Transaction, rows: Sequence[Any]) -> Mapping[str, Hours]:
    bodies = {row.body_id for row in rows if row.body_id is not None}
    return await clock_hours.of_bodies(tx, bodies) if bodies else {}


async def delays_of(tx: Transaction, rows: Sequence[Any]) -> Mapping[int, list[Delay]]:
    """Return what put the deadlines of `rows` off so far, by clock, from the ledger."""
    put_off_before = [
        row.id
        for row in rows
        if row.pause_reason is not None or row.extended_to is not None
    ]
    found = await clock_ledger.read(tx, put_off_before)
    return {clock_id: ledger.delays(lines) for clock_id, lines in found.items()}
