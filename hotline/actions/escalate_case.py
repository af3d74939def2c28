"""Use case: a person at 111 does not wait: the next step of a case's ladder is told now."""

from typing import Any

from hotline.actions.record_work import need
from hotline.actions.steps import wake
from hotline.actions.steps.ladder_reach import Reach
from hotline.actions.steps.move import Moving, moving
from hotline.actions.steps.route import day_of
from hotline.actions.steps.tell_step import tell_step
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ClockName, ClockState, Urgency
from hotline.config.sla import Audience
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.sla.breach import ClockFacts, next_look_at
from hotline.sla.escalation import walk
from hotline.sla.targets import ladder_of
from hotline.store import cases, clocks, ladder, notes
from hotline.store.clocks import ClockOwner
from hotline.store.ladder import Looked

_TICKS = (ClockState.RUNNING, ClockState.BREACHED)


async def escalate_case(
    rt: Runtime, viewer: Viewer, number: str, *, reason: str, version: int | None = None
) -> None:
    """Tell the next step of the clock that is due first, though its moment has not come.

    Whom the ladder would tell by itself is told, and whom it would wake is woken; the step
    is not told again. Errors: RuleForbids `no_clock`, `ladder_ended`; NotFound, NotAllowed,
    Stale.
    """
    said = need(reason, "reason")
    # Of 111 alone, like the asking of another body: nobody else climbs past the ladder.
    async with moving(rt, viewer, number, Move.REFER, version) as moved:
        tx, case = moved.tx, moved.case
        found = await clocks.unmet(tx, ClockOwner(case_id=case.id))
        ticking = [row for row in found if row.state in _TICKS and row.cancelled_at is None]
        if not ticking:
            raise RuleForbids("no clock runs", code="no_clock")
        row = min(ticking, key=lambda one: (one.due_at, one.id))
        await _climb(rt, moved, row)
        note = await notes.add(tx, case.id, "note", said)
        tx.record("note_added", case_id=case.id, data={"note": note})
        await cases.change(tx, case.id, {})


async def _climb(rt: Runtime, moved: Moving, row: Any) -> None:
    tx, case = moved.tx, moved.case
    ladders = ladder_of(rt.config.sla, ClockName(row.name))
    steps = ladders.get(Urgency(row.urgency), ())
    ahead = [i for i, step in enumerate(steps) if step.percent > row.told_percent]
    reach = Reach(case, await rt.directory(tx), day_of(tx), row.referral_id)
    if not ahead:
        raise RuleForbids("everybody on the ladder was told", code="ladder_ended")
    walked = walk(ladders, Urgency(row.urgency), ahead[0], reach.exists)
    if not walked.told:
        raise RuleForbids("everybody on the ladder was told", code="ladder_ended")
    for told in walked.told:
        tell_step(rt, tx, row, reach, told, tx.now)
    facts = ClockFacts(
        ClockName(row.name),
        row.started_at,
        row.due_at,
        Urgency(row.urgency),
        ClockState(row.state),
        steps[walked.next_step - 1].percent,
    )
    await ladder.set_steps(
        tx, [Looked(row.id, facts.told_percent, next_look_at(facts, ladders))]
    )
    if any(Audience.DUTY_LIST in told.audience for told in walked.told):
        await wake.begin(rt, tx, [reach.wakes(row)], case)
