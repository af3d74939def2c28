"""Use case: 111 calls after a case was closed, where a safe way to call was recorded."""

from enum import StrEnum

from hotline.actions.record_work import need
from hotline.actions.steps.move import moving
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ClockName, ClockState
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, notes, notices
from hotline.store.clocks import ClockOwner


class CallResult(StrEnum):
    """What came of the call."""

    HELPED = "helped"
    NOT_HELPED = "not_helped"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"  # it has to be tried again


async def record_quality_call(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    result: str,
    text: str = "",
    version: int | None = None,
) -> None:
    """Record a call; all but an unanswered one meets `quality_call`.

    Who was not helped is put before the shift. Errors: RuleForbids `unknown_result`,
    `no_call_owed` (also where calling is not safe), `text_missing`; NotFound, NotAllowed.
    """
    if result not in set(CallResult):
        raise RuleForbids("no such result", code="unknown_result", field="result")
    said = need(text, "text") if result == CallResult.NOT_HELPED else text.strip()
    async with moving(rt, viewer, number, Move.QUALITY_CALL, version) as moved:
        tx, case = moved.tx, moved.case
        owner = ClockOwner(case_id=case.id)
        running = await clocks.unmet(tx, owner)
        if not any(clock.name == ClockName.QUALITY_CALL for clock in running):
            raise RuleForbids("no call is owed, or none is safe", code="no_call_owed")
        if result != CallResult.NO_ANSWER:
            names = [ClockName.QUALITY_CALL]
            await clocks.end(tx, owner, state=ClockState.MET, names=names)
        note = await notes.add(tx, case.id, "quality_call", said) if said else None
        data = {"result": result, "note": note}
        tx.record("quality_call_recorded", case_id=case.id, data=data)
        if result == CallResult.NOT_HELPED:
            notices.put(tx, notices.SHIFT, "not_helped", case_id=case.id)
        await cases.change(tx, case.id, {})
