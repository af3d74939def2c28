"""Use case (the sweep): judge the clocks whose look has come, and walk their ladders.

Period: once a second, in every supervisor; two at once are harmless (SKIP LOCKED).
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from hotline.actions.steps import wake
from hotline.actions.steps.offer_own import offer_by_silence
from hotline.actions.steps.route import day_of
from hotline.cases.terms import (
    BodyId,
    BodyKind,
    ClockName,
    ClockState,
    Urgency,
)
from hotline.config.sla import Audience
from hotline.errors import Unavailable
from hotline.identity.viewer import SWEEP
from hotline.routing.directory import Directory
from hotline.routing.office import OWN_QUEUE
from hotline.runtime import Runtime
from hotline.sla.breach import ClockFacts, judge, next_look_at
from hotline.sla.escalation import Told, walk
from hotline.store import cases, clocks, notices
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Nudge, Transaction

PUT_OFF = timedelta(minutes=1)  # a clock that could not be judged is looked at again
log = structlog.get_logger()
NATIONAL = {Audience.OMB: BodyId("omb"), Audience.KOPD: BodyId("kopd")}


async def judge_clocks(rt: Runtime) -> int:
    """Judge one batch of due clocks; return how many were looked at.

    Verdict, ledger, history, notices and the next look are one transaction. When one clock
    cannot be judged the others are, one by one, and it is looked at again in a while.
    """
    try:
        return await _judge_some(rt)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001  one broken clock must not stop all others
        _note("sweep_failed", error)
        return await _judge_singly(rt)


async def _judge_singly(rt: Runtime) -> int:
    async with rt.transaction(SWEEP) as tx:
        due = await clocks.claim_due(tx, rt.config.service.work.sweep_batch)
    judged = 0
    for row in due:
        try:
            judged += await _judge_some(rt, only=row.id)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  the same
            _note("clock_not_judged", error, clock_id=row.id)
            async with rt.transaction(SWEEP) as tx:
                again = tx.now + PUT_OFF
                step = row.next_step
                await clocks.set_step(tx, row.id, next_step=step, look_at=again)
    return judged


def _note(event: str, error: Exception, **ids: int) -> None:
    """Log the kind of error alone: what it says may quote a person."""
    log.error(event, code=type(error).__name__, **ids)


async def _judge_some(rt: Runtime, only: int | None = None) -> int:
    async with rt.transaction(SWEEP) as tx:
        limit = rt.config.service.work.sweep_batch
        due = await clocks.claim_due(tx, limit, only=only)
        if not due:
            return 0
        directory = await rt.directory(tx)
        for row in due:
            await _judge(rt, tx, row, directory)
        tx.nudge(Nudge("board"))
        return len(due)


async def _judge(rt: Runtime, tx: Transaction, row: Any, directory: Directory) -> None:
    ladder = rt.config.sla.ladder
    facts = ClockFacts(
        ClockName(row.name),
        row.started_at,
        row.due_at,
        Urgency(row.urgency),
        ClockState(row.state),
        row.next_step,
    )
    verdict = judge(facts, tx.now, ladder)
    if verdict.breaches:
        await clocks.breach(tx, row)
    case = await cases.by_id(tx, row.case_id) if row.case_id is not None else None
    next_step = verdict.next_step
    if verdict.steps:
        reach = _Reach(case, directory, tx)
        walked = walk(
            ladder,
            facts.urgency,
            verdict.steps[0].index,
            reach.exists,
            last_due=verdict.steps[-1].index,
        )
        next_step = walked.next_step
        moments = {step.index: step.due_at for step in verdict.steps}
        for told in walked.told:
            await _tell(rt, tx, row, reach, told, moments.get(told.index, tx.now))
            if Audience.DUTY_LIST in told.audience:
                await wake.begin(rt, tx, [reach.wakes(row)], case)
    after = replace(facts, state=verdict.state, next_step=next_step)
    await clocks.set_step(
        tx, row.id, next_step=next_step, look_at=next_look_at(after, ladder)
    )
    if verdict.offers_proposed and case is not None:
        await offer_by_silence(rt, tx, case)
    if case is not None:
        tx.nudge(case.nudge())


class _Reach:
    """Which audiences of the ladder exist for one clock."""

    def __init__(
        self, case: OpenedCase | None, directory: Directory, tx: Transaction
    ) -> None:
        self._case = case
        self._directory = directory
        self._day = day_of(tx)

    def exists(self, audience: Audience) -> bool:
        """Return whether anybody stands behind `audience`."""
        return bool(self.of(audience))

    def of(self, audience: Audience) -> list[tuple[str, int | None]]:
        """Return (body or shift, person) pairs that hear of a step for `audience`."""
        if audience in (Audience.SHIFT_SUPERVISOR, Audience.DUTY_LIST):
            # The duty list of a body that holds the case, and always 111's own.
            return [(notices.SHIFT, None), *self._holder(audience is Audience.DUTY_LIST)]
        if audience is Audience.ASSIGNEE:
            return self._assignee()
        if audience is Audience.HEAD_OF_BODY:
            # Nothing offered yet: 111 itself holds the contact, and somebody must hear.
            return self._holder(wanted=True) or [(notices.SHIFT, None)]
        return self._outside(audience)

    def wakes(self, row: Any) -> wake.Cause:
        """Return whose duty is woken: the holder's, and 111's for what nobody looked at."""
        unseen = row.name == ClockName.HUMAN_EYES
        holder = None if unseen else next(iter(self._holder(wanted=True)), None)
        lead = self._case.lead if self._case and holder else None
        return wake.Cause(
            wake.UNSEEN if unseen else wake.LADDER,
            BodyId(holder[0]) if holder else OWN_QUEUE,
            row.urgency,
            case_id=row.case_id,
            contact_id=row.contact_id,
            referral_id=int(lead.id) if lead else None,
            clock_id=row.id,
        )

    def _outside(self, audience: Audience) -> list[tuple[str, int | None]]:
        """Return the overseeing bodies; a ladder discloses nothing that was not shown."""
        if self._case is None or self._case.row.shown_at is None:
            return []
        if audience in NATIONAL:
            return [(NATIONAL[audience], None)]
        kind = BodyKind(audience.value)
        if kind is BodyKind.COMM and "commissioner" in self._case.row.conflict_hint:
            return []
        found = self._directory.of(kind, self._case.row.region)
        apart = self._case.access.conflicted
        return [
            (body.id, None)
            for body in found
            if body.acts_on(self._day) is None and body.id not in apart
        ]

    def _assignee(self) -> list[tuple[str, int | None]]:
        if self._case is None or self._case.row.assignee_id is None:
            return []
        lead = self._case.lead
        return [(lead.body_id if lead else OWN_QUEUE, self._case.row.assignee_id)]

    def _holder(self, wanted: bool) -> list[tuple[str, int | None]]:
        """Return the lead body, once it was offered the case."""
        lead = self._case.lead if wanted and self._case else None
        if lead is None or lead.offered_at is None:
            return []
        return [(lead.body_id, None)]


async def _tell(
    rt: Runtime, tx: Transaction, row: Any, reach: _Reach, told: Told, moment: Any
) -> None:
    """Write one step into the ledger and leave the notices."""
    ladder = rt.config.sla.ladder[row.urgency]
    empty = [a.value for index in told.instead_of for a in ladder[index].audience]
    await clocks.escalated(
        tx,
        row,
        {
            "step": told.index,
            "percent": told.percent,
            "fell_due_at": moment,
            "audience": [audience.value for audience in told.audience],
            "skipped": empty,
        },
    )
    kind = "clock_warning" if told.percent < 100 else "clock_late"  # noqa: PLR2004  percent
    for audience in told.audience:
        for body, person in reach.of(audience):
            notices.put(
                tx,
                body,
                kind,
                case_id=row.case_id,
                contact_id=row.contact_id,
                clock_id=row.id,
                percent=told.percent,
                person_id=person,
            )
