"""Use case (the sweep): judge the clocks whose look has come, and walk their ladders.

Period: `sweep_s`, in every supervisor; two at once are harmless (SKIP LOCKED). Verdicts
are pure; what they say is written in a few statements for the whole batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from hotline.actions.steps import wake
from hotline.actions.steps.halve import halved
from hotline.actions.steps.ladder_reach import Reach
from hotline.actions.steps.offer_own import offer_by_silence
from hotline.actions.steps.reassign import reroute_expired
from hotline.actions.steps.route import day_of
from hotline.actions.steps.tell_step import tell_step
from hotline.cases.terms import ClockName, ClockState, Urgency
from hotline.config.sla import Audience
from hotline.identity.viewer import SWEEP
from hotline.routing.directory import Directory
from hotline.runtime import Runtime
from hotline.sla.breach import ClockFacts, Verdict, judge, next_look_at
from hotline.sla.escalation import Told, tellable, walk
from hotline.sla.targets import ladder_of
from hotline.store import cases, clocks, ladder
from hotline.store.cases import OpenedCase
from hotline.store.ladder import Looked
from hotline.store.transaction import Nudge, Transaction

PUT_OFF = timedelta(minutes=1)  # a clock that could not be judged is looked at again
log = structlog.get_logger()


async def judge_clocks(rt: Runtime) -> int:
    """Judge one batch of due clocks; return how many were judged.

    Verdict, ledger, history, notices and the next look are one transaction. What cannot be
    judged stands alone in the end, and is looked at again in a while.
    """
    async with rt.transaction(SWEEP) as tx:
        found = await clocks.due(tx, rt.config.service.work.sweep_batch)
    due = {row.id: row for row in found}

    async def judge_these(ids: Sequence[int]) -> int:
        return await _judge_some(rt, [due[clock_id] for clock_id in ids])

    async def put_off(clock_id: int, error: Exception) -> None:
        # The kind of error alone: what it says may quote a person.
        log.error("clock_not_judged", code=type(error).__name__, clock_id=clock_id)
        async with rt.transaction(SWEEP) as tx:
            await ladder.put_off(tx, clock_id, tx.now + PUT_OFF)

    return await halved(list(due), judge_these, put_off)


@dataclass(frozen=True, slots=True)
class _Judged:
    """One clock with its verdict."""

    row: Any
    facts: ClockFacts
    verdict: Verdict


async def _judge_some(rt: Runtime, found: Sequence[Any]) -> int:
    async with rt.transaction(SWEEP) as tx:
        due = await clocks.claim(tx, found)
        if not due:
            return 0
        directory = await rt.directory(tx)
        judged = [_judge(rt, tx, row) for row in due]
        await ladder.breach_all(tx, [one.row for one in judged if one.verdict.breaches])
        owners = (row.case_id for row in due if row.case_id is not None)
        known = await ladder.cases_of(tx, owners)
        causes = await _climb(rt, tx, judged, known, directory)
        await _act(rt, tx, judged, known, causes)
        tx.nudge(Nudge("board"))
        return len(due)


def _judge(rt: Runtime, tx: Transaction, row: Any) -> _Judged:
    facts = ClockFacts(
        ClockName(row.name),
        row.started_at,
        row.due_at,
        Urgency(row.urgency),
        ClockState(row.state),
        row.told_percent,
    )
    return _Judged(row, facts, judge(facts, tx.now, ladder_of(rt.config.sla, facts.name)))


async def _climb(
    rt: Runtime,
    tx: Transaction,
    judged: Sequence[_Judged],
    known: Mapping[int, OpenedCase],
    directory: Directory,
) -> dict[int, wake.Cause]:
    """Tell every due step, set the next looks; return who is to be woken, by clock."""
    looked: list[Looked] = []
    causes: dict[int, wake.Cause] = {}
    day = day_of(tx)
    for one in judged:
        case = known.get(one.row.case_id)
        reach = Reach(case, directory, day, one.row.referral_id)
        told, next_look = _tell_due(rt, tx, one, reach)
        looked.append(next_look)
        wakes = any(Audience.DUTY_LIST in step.audience for step in told)
        unseen = one.verdict.breaches and one.facts.name is ClockName.HUMAN_EYES
        if wakes or unseen:
            causes[one.row.id] = reach.wakes(one.row)
    await ladder.set_steps(tx, looked)
    return causes


def _tell_due(
    rt: Runtime, tx: Transaction, one: _Judged, reach: Reach
) -> tuple[Sequence[Told], Looked]:
    """Tell the due steps of one clock that need not wait for anybody's working hours."""
    facts, verdict = one.facts, one.verdict
    steps = ladder_of(rt.config.sla, facts.name)
    opens = partial(reach.opens, common=rt.calendar)
    may = tellable(verdict.steps, facts.urgency, tx.now, opens)
    told: Sequence[Told] = ()
    told_percent = facts.told_percent
    if may.steps:
        first, last = may.steps[0].index, may.steps[-1].index
        walked = walk(steps, facts.urgency, first, reach.exists, last_due=last)
        told = walked.told
        told_percent = steps[facts.urgency][walked.next_step - 1].percent
        moments = {step.index: step.due_at for step in may.steps}
        for step in told:
            tell_step(rt, tx, one.row, reach, step, moments.get(step.index, tx.now))
    after = replace(facts, state=verdict.state, told_percent=told_percent)
    look_at = next_look_at(after, steps)
    if may.held_until is not None and look_at is not None:
        ahead = after.state is ClockState.RUNNING
        look_at = min(may.held_until, after.due_at) if ahead else may.held_until
    return told, Looked(one.row.id, told_percent, look_at)


async def _act(
    rt: Runtime,
    tx: Transaction,
    judged: Sequence[_Judged],
    known: Mapping[int, OpenedCase],
    causes: Mapping[int, wake.Cause],
) -> None:
    """Offer what nobody looked at, ask the next person, wake the duty, tell open pages."""
    for one in judged:
        case = known.get(one.row.case_id)
        if one.verdict.offers_proposed and case is not None:
            await offer_by_silence(rt, tx, case)
        if one.verdict.breaches and one.facts.name is ClockName.ACCEPTANCE:
            await reroute_expired(rt, tx, one.row.referral_id)
        if one.row.id in causes:
            fresh = case and await cases.by_id(tx, case.id)
            await wake.begin(rt, tx, [causes[one.row.id]], fresh)
        if case is not None:
            tx.nudge(case.nudge())
