"""Use case: one body takes another's place: people, open cases, clocks and rights move on a day.

A person plans it (`actions.plan_succession`); the supervisor does this once the day has come
(00:00 in Almaty), one batch a transaction, resumed wherever it was cut off.
"""

from collections.abc import Sequence
from typing import Any

from hotline.actions.steps import complaints, reroute
from hotline.actions.steps.route import day_of
from hotline.cases.terms import BodyId, CaseStatus, ClockState, DeclineCode
from hotline.identity.viewer import Machine
from hotline.routing.conflicted import keep_out
from hotline.routing.directory import Directory
from hotline.routing.succession import Taking, sort_out
from hotline.runtime import Runtime
from hotline.store import bodies, cases, clocks, handing_over, notices, successions
from hotline.store.clocks import ClockOwner
from hotline.store.complaints import former as left_behind
from hotline.store.transaction import Nudge, Transaction

BATCH = 100  # cases a transaction
SUCCESSION = Machine("succession")


async def run_successions(rt: Runtime, *, batch: int = BATCH) -> int:
    """Move one batch of a plan whose day has come; return how many cases moved.

    0 means that nothing is left to do, or that another process is at it. Safe to run twice,
    at once, and after a crash: what moved is no longer with the old body.
    """
    async with rt.transaction(SUCCESSION) as tx:
        plan = await successions.take_due(tx, day_of(tx))
        if plan is None:
            return 0
        directory = await bodies.directory(tx)
        if plan.began_at is None:
            await _begin(tx, plan, directory)
            old, new = BodyId(plan.from_body), BodyId(plan.to_body)
            await complaints.succeed(rt, tx, directory, old, new)
            directory = await bodies.directory(tx)
        ids = await handing_over.next_cases(tx, plan.from_body, batch)
        if ids:
            await _move(rt, tx, plan, ids, directory)
        else:
            await _end(tx, plan, directory)
    rt.forget_directory()
    return len(ids)


async def _begin(tx: Transaction, plan: Any, directory: Directory) -> None:
    """Let the people into the new body; they keep the old one until every case has moved."""
    members = directory.people.get(plan.from_body, ())
    movers = [m for m in members if plan.people is None or m.person in plan.people]
    there = {member.person for member in directory.people.get(plan.to_body, ())}
    joining = {int(m.person): m.position for m in movers if m.person not in there}
    await bodies.place(tx, plan.to_body, joining)
    gone = [int(m.person) for m in movers]
    await handing_over.move_shifts(tx, gone, plan.from_body, plan.to_body)
    begun = {"began_at": tx.now, "people": gone}
    await successions.change(tx, plan.id, begun)
    data = {"body": plan.from_body, "to_body": plan.to_body, "people": len(gone)}
    tx.record("succession_began", data=data)


async def _move(
    rt: Runtime, tx: Transaction, plan: Any, ids: Sequence[int], directory: Directory
) -> None:
    """Move the cases of one batch."""
    old, new = str(plan.from_body), str(plan.to_body)
    rows = await handing_over.held_by(tx, old, ids)
    there = {row.case_id: row for row in await handing_over.held_by(tx, new, ids)}
    taking = sort_out(rows, there, await _kept_out(tx, rows, directory, BodyId(new)))
    moved = await handing_over.hand_over(tx, taking.plain, new)
    for row in taking.met:
        moved[row.id] = await _merge(tx, row, there[row.case_id])
    for row in taking.apart:
        await _elsewhere(rt, tx, row)
    here = {int(m.person) for m in directory.people.get(BodyId(new), ())}
    before = {int(m.person) for m in directory.people.get(BodyId(old), ())}
    alone = await handing_over.settle(tx, ids, (old, new), before - here)
    _tell(tx, taking, moved, (old, new))
    for case_id in alone:
        notices.put(tx, new, "succeeded_alone", case_id=case_id)
    await successions.change(tx, plan.id, {"moved": plan.moved + len(ids)})


async def _kept_out(
    tx: Transaction, rows: Sequence[Any], directory: Directory, new: BodyId
) -> set[int]:
    """Return the cases out of which a conflict of interest keeps the new body."""
    told = [row for row in rows if row.apart]
    former = await left_behind(tx) if told else {}
    return {
        int(row.case_id)
        for row in told
        if new in keep_out(directory, frozenset(row.apart), former).bodies
    }


def _tell(
    tx: Transaction, taking: Taking, moved: dict[int, int], names: tuple[str, str]
) -> None:
    """Write each case's history, and let open pages of both bodies look again."""
    old, new = names
    for row in (*taking.plain, *taking.met):
        data = {"body": old, "to_body": new, "lead": row.lead, "status": row.status}
        data |= {"referral": row.id, "successor": moved[row.id]}
        tx.record("referral_succeeded", case_id=row.case_id, data=data)
    for row in (*taking.plain, *taking.met, *taking.apart):
        tx.nudge(Nudge("case", row.case_id, row.region, names, tuple(row.apart or ())))


async def _merge(tx: Transaction, row: Any, there: Any) -> int:
    """The new body has the case already: it goes on as the part that weighs more."""
    await handing_over.withdraw(tx, [row.id])
    leads = row.lead and not there.lead
    await _end_clocks(tx, there if leads else row)
    if leads:
        await handing_over.stand_as(tx, there, row)
    return int(there.id)


async def _elsewhere(rt: Runtime, tx: Transaction, row: Any) -> None:
    """The case complains of the new body: it goes to the next, as after a refusal."""
    await handing_over.withdraw(tx, [row.id])
    data = {"body": row.body_id, "reason": "succession_conflict"}
    tx.record("referral_withdrawn", case_id=row.case_id, data=data)
    if row.lead and row.status != "done":
        await cases.change(
            tx, row.case_id, {"status": CaseStatus.TRIAGE, "assignee_id": None}
        )
        await reroute.reroute_lead(rt, tx, row, DeclineCode.CONFLICT)
        notices.put(tx, notices.SHIFT, "referral_returned", case_id=row.case_id)
    else:
        await _end_clocks(tx, row)


async def _end_clocks(tx: Transaction, referral: Any) -> None:
    owner = ClockOwner(referral_id=referral.id)
    await clocks.end(tx, owner, state=ClockState.CANCELLED, reason="succession")


async def _end(tx: Transaction, plan: Any, directory: Directory) -> None:
    """Nothing is left: people leave the old body, and the plan is done."""
    if plan.done_at is not None:
        return
    old, new = plan.from_body, plan.to_body
    going = set(plan.people or ())
    pairs = {(int(m.person), str(old)) for m in directory.people.get(old, ())}
    await bodies.leave(tx, {pair for pair in pairs if pair[0] in going})
    await successions.change(tx, plan.id, {"done_at": tx.now})
    notices.put(tx, new, "succeeded")
    data = {"body": old, "to_body": new, "cases": plan.moved, "people": len(going)}
    tx.record("succession_done", data=data)
    tx.nudge(Nudge("board"))
