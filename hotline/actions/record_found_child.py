"""Use case: a child without parental care was found, placed in a hospital, registered, placed on.

The law gives the register one working day and the hospital three days.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotline.actions.record_work import checked_moment, need, not_before
from hotline.actions.steps import run_clocks
from hotline.actions.steps.move import Moving, moving
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ClockName, ClockState
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, notes
from hotline.store.clocks import ClockOwner


class FoundStep(StrEnum):
    """What happened to the child."""

    FOUND = "found"
    REGISTERED = "registered"  # primary record in the Republican data bank
    IN_HOSPITAL = "in_hospital"
    PLACED_ON = "placed_on"


@dataclass(frozen=True, slots=True)
class _Effect:
    clock: ClockName
    starts: bool


_EFFECTS = {
    FoundStep.FOUND: _Effect(ClockName.GUARDIANSHIP_REGISTER, starts=True),
    FoundStep.REGISTERED: _Effect(ClockName.GUARDIANSHIP_REGISTER, starts=False),
    FoundStep.IN_HOSPITAL: _Effect(ClockName.HOSPITAL_STAY, starts=True),
    FoundStep.PLACED_ON: _Effect(ClockName.HOSPITAL_STAY, starts=False),
}


async def record_found_child(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    step: str,
    text: str,
    at: datetime | None = None,
    version: int | None = None,
) -> None:
    """Record a step; the first two of each pair start a clock of the law at `at`.

    Errors: RuleForbids names the field: `unknown_step`, `recorded_already`, `not_recorded`,
    moments as in record_work; NotFound, NotAllowed, Stale.
    Source: rules of registration, 2025; config/sla.yaml.
    """
    if step not in set(FoundStep):
        raise RuleForbids("no such step", code="unknown_step", field="step")
    said = need(text, "text")
    moment = checked_moment(rt, at)
    effect = _EFFECTS[FoundStep(step)]
    async with moving(rt, viewer, number, Move.FOUND_CHILD, version) as moved:
        tx, case = moved.tx, moved.case
        not_before(case, at)
        if effect.starts:
            await _start(rt, moved, effect.clock, moment)
        else:
            await _meet(moved, effect.clock)
        note = await notes.add(tx, case.id, "found_child", said)
        data = {"step": step, "at": moment.isoformat(), "note": note}
        tx.record("found_child_recorded", case_id=case.id, data=data)
        await cases.change(tx, case.id, {})


async def _start(rt: Runtime, moved: Moving, name: ClockName, at: datetime) -> None:
    tx, row, owner = moved.tx, moved.case.row, ClockOwner(case_id=moved.case.id)
    running = await clocks.unmet(tx, owner)
    if any(clock.name == name for clock in running):
        raise RuleForbids("it is recorded", code="recorded_already", field="step")
    await run_clocks.start(
        rt,
        tx,
        [owner],
        [name],
        started_at=at,
        urgency=row.urgency,
        regime=row.regime,
    )


async def _meet(moved: Moving, name: ClockName) -> None:
    owner = ClockOwner(case_id=moved.case.id)
    met = await clocks.end(moved.tx, owner, state=ClockState.MET, names=[name])
    if not met:
        raise RuleForbids("record its beginning first", code="not_recorded", field="step")
