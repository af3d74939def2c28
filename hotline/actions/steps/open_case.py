"""Step: open a case from a contact: row, key, clocks, hand-offs, proposed referrals."""

from dataclasses import dataclass
from datetime import datetime

from hotline.actions.steps import complaints, route, run_clocks
from hotline.cases.numbers import number_of
from hotline.cases.terms import CaseStatus, ClockName, ContactState, Regime
from hotline.runtime import Runtime
from hotline.store import cases, clocks, contacts, handoffs, keys
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Transaction

HANDOFF_URGENCY = 1  # 102, 103, 112 are called for urgency 0 and 1


@dataclass(frozen=True, slots=True)
class CaseSeed:
    """What a case starts from."""

    contact_id: int
    channel: str
    received_at: datetime
    language: str
    subcategory: str
    urgency: int
    urgency_by: str  # machine | person
    region: str | None
    district: str | None
    screened: bool = False
    held: bool = False
    conflict_hint: tuple[str, ...] = ()
    complaint: bool = False  # the contact may say, or bring along, who is out
    regime: Regime = Regime.SIGNAL


async def open_case(rt: Runtime, tx: Transaction, seed: CaseSeed) -> OpenedCase:
    """Open a case inside 111 and propose it to the bodies; nobody outside sees it yet."""
    entry = rt.codes[seed.subcategory]
    case_id = await rt.numbers.take(tx.now)
    await keys.create(tx, case_id)
    opened = await cases.put(
        tx,
        {
            "id": case_id,
            "number": number_of(case_id, rt.number_key),
            "status": CaseStatus.TRIAGE,
            "regime": seed.regime,
            "registered_at": tx.now if seed.regime == Regime.APPEAL else None,
            "urgency": seed.urgency,
            "urgency_by": seed.urgency_by,
            "category": seed.subcategory.partition(".")[0],
            "subcategory": seed.subcategory,
            "region": seed.region,
            "district": seed.district,
            "rural": run_clocks.is_rural(rt, seed.district),
            "language": seed.language,
            "channel": seed.channel,
            "about_child": entry.about_child,
            "screened": seed.screened,
            "held": seed.held,
            "conflict_hint": list(seed.conflict_hint),
            "received_at": seed.received_at,
            "opened_at": tx.now,
        },
    )
    await contacts.change(
        tx, seed.contact_id, {"case_id": case_id, "state": ContactState.ATTACHED}
    )
    await clocks.attach(tx, seed.contact_id, case_id)
    tx.record("contact_attached", case_id=case_id, contact_id=seed.contact_id)
    tx.record(
        "case_opened",
        case_id=case_id,
        data={
            "subcategory": seed.subcategory,
            "urgency": seed.urgency,
            "urgency_by": seed.urgency_by,
            "region": seed.region,
            "held": seed.held,
        },
    )
    await _start_clocks(rt, tx, case_id, seed)
    await require_handoffs(
        rt, tx, case_id, seed.subcategory, seed.urgency, seed.received_at, there=frozenset()
    )
    if seed.complaint:
        opened = await _keep_apart(rt, tx, opened, seed.contact_id)
    chosen = await route.choose(rt, tx, opened, excluded={})
    await route.propose(rt, tx, opened, chosen)
    clocks.refresh_due(tx, [case_id])
    fresh = await cases.with_referrals(tx, opened.row)
    tx.nudge(fresh.nudge())
    return fresh


async def _keep_apart(
    rt: Runtime, tx: Transaction, opened: OpenedCase, contact_id: int
) -> OpenedCase:
    """Book whom the report complains of before anybody is asked; return the case anew."""
    where = complaints.place_of(tx, opened.row.region, opened.row.district)
    found = await complaints.of_report(rt, tx, contact_id, where)
    await complaints.book(tx, opened.id, found)
    return await cases.again(tx, opened.id) if found else opened


async def _start_clocks(rt: Runtime, tx: Transaction, case_id: int, seed: CaseSeed) -> None:
    await run_clocks.start(
        rt,
        tx,
        [ClockOwner(case_id=case_id)],
        run_clocks.OF_THE_CASE,
        started_at=seed.received_at,
        urgency=seed.urgency,
        regime=seed.regime,
        rural=run_clocks.is_rural(rt, seed.district),
    )


async def require_handoffs(
    rt: Runtime,
    tx: Transaction,
    case_id: int,
    subcategory: str,
    urgency: int,
    received_at: datetime,
    *,
    there: frozenset[str] | None = None,
) -> None:
    """Make a task for each emergency service that the category names, once.

    An open task that lost its clock to a lower urgency is owed again from the moment it was
    owed before. `there`: the services that have a task, where the caller knows.
    """
    if urgency > HANDOFF_URGENCY:
        return
    named, again = rt.codes[subcategory].hand_off, dict[datetime, list[int]]()
    if there is None:
        there = frozenset(row.service for row in await handoffs.of_case(tx, case_id))
        for row in await handoffs.unwatched(tx, case_id):
            # What a person rang without any rule was owed by nobody until now.
            first = received_at if row.service in named else tx.now
            again.setdefault(row.since or first, []).append(row.id)
    fresh = [await handoffs.require(tx, case_id, s) for s in named if s not in there]
    again.setdefault(received_at, []).extend(fresh)
    for since, tasks in again.items():
        await run_clocks.start(
            rt,
            tx,
            [ClockOwner(case_id=case_id, handoff_id=task) for task in tasks],
            [ClockName.EMERGENCY_HANDOFF],
            started_at=since,
            urgency=urgency,
            regime=Regime.SIGNAL,
        )
