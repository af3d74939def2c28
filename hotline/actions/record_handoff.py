"""Use cases: a person rings 102, 103 or 112 and writes down what came of it.

Ringing is nothing, and neither is an answer: only the name or badge of somebody who took the
case on meets `emergency_handoff`. Until then the task stays red, through every failed call.
"""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.actions.record_work import checked_moment, need, not_before
from hotline.actions.steps import run_clocks
from hotline.actions.steps.move import Moving, moving
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ClockName, ClockState, EmergencyService
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.routing.emergency import dialled
from hotline.runtime import Runtime
from hotline.store import cases, clocks, handoffs, keys, notices
from hotline.store.clocks import ClockOwner


class Result(StrEnum):
    """What came of one call."""

    NO_ANSWER = "no_answer"
    WRONG_REGION = "wrong_region"
    DROPPED = "dropped"
    REFUSED = "refused"
    ACCEPTED = "accepted"


async def handoff_called(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    service: str,
    *,
    number_called: str,
    at: datetime | None = None,
    version: int | None = None,
) -> None:
    """Record that the service was rung. That it answered is no acceptance."""
    _check_service(service)
    moment = checked_moment(rt, at)
    rung = dialled(need(number_called, "number"))
    async with moving(rt, viewer, number, Move.EMERGENCY, version) as moved:
        not_before(moved.case, at)
        row = await _task(rt, moved, service, make=True)
        known = await _details(moved, row)
        known["number"] = rung
        state = "called" if row.state == "required" else row.state
        change = {"state": state, "called_at": moment, "called_by": viewer.person_id}
        await _keep(moved, row, known, change)
        moved.tx.record("handoff_called", case_id=moved.case.id, data={"service": service})


async def handoff_accepted(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    service: str,
    *,
    by: str,
    reference: str | None = None,
    at: datetime | None = None,
    version: int | None = None,
) -> None:
    """Record who at the service accepted (name or badge); meets `emergency_handoff`."""
    _check_service(service)
    moment = checked_moment(rt, at)
    async with moving(rt, viewer, number, Move.EMERGENCY, version) as moved:
        not_before(moved.case, at)
        row = await _task(rt, moved, service, make=False)
        await _accept(moved, row, need(by, "by"), reference, moment)


async def handoff_attempted(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    service: str,
    *,
    result: str,
    number_called: str,
    by: str | None = None,
    note: str | None = None,
    version: int | None = None,
) -> None:
    """Record what came of one call; machine times. A failed one leaves the task to be done.

    Errors: RuleForbids naming `result`, `number` or, for an acceptance without a name, `by`.
    """
    _check_service(service)
    if result not in set(Result):
        raise RuleForbids("say what came of it", code="unknown_result", field="result")
    rung = dialled(need(number_called, "number"))
    async with moving(rt, viewer, number, Move.EMERGENCY, version) as moved:
        row = await _task(rt, moved, service, make=True)
        if row.state == "accepted":
            raise RuleForbids("it was accepted already", code="accepted_already")
        if result == Result.ACCEPTED:
            await _accept(moved, row, need(by, "by"), note, moved.tx.now, rung)
        else:
            await _fail(rt, moved, row, Result(result), {"number": rung, "note": note})


async def _fail(
    rt: Runtime, moved: Moving, row: Any, result: Result, said: dict[str, Any]
) -> None:
    """Keep the attempt and ask for the next; after a few the shift supervisor hears."""
    tx, case = moved.tx, moved.case
    called_at = row.called_at if row.state == "called" else tx.now
    await _attempt(moved, row, result, called_at, said)
    known = await _details(moved, row)
    known["number"] = said["number"]
    change = {
        "state": "required",
        "called_at": called_at,
        "called_by": moved.viewer.person_id,
    }
    await _keep(moved, row, known, change)
    data = {"service": row.service, "result": result}
    tx.record("handoff_attempted", case_id=case.id, data=data)
    tried = (await handoffs.attempts(tx, [row.id])).get(row.id, [])
    if len(tried) >= rt.config.emergency.alarm_after:
        notices.put(tx, notices.SHIFT, "handoff_failed", case_id=case.id)


async def _accept(
    moved: Moving,
    row: Any,
    by: str,
    reference: str | None,
    moment: datetime,
    rung: str | None = None,
) -> None:
    tx, case = moved.tx, moved.case
    known = await _details(moved, row)
    known |= {"accepted_by": by, "reference": reference}
    if rung is not None:
        known["number"] = rung
    called_at = row.called_at or moment
    change = {"state": "accepted", "accepted_at": moment, "called_at": called_at}
    await _keep(moved, row, known, change)
    said = {"number": known.get("number"), "by": by, "note": reference}
    await _attempt(moved, row, Result.ACCEPTED, min(called_at, tx.now), said)
    await clocks.end(
        tx,
        ClockOwner(handoff_id=row.id),
        state=ClockState.MET,
        names=[ClockName.EMERGENCY_HANDOFF],
    )
    tx.record("handoff_accepted", case_id=case.id, data={"service": row.service})


async def _attempt(
    moved: Moving, row: Any, result: Result, called_at: datetime, said: dict[str, Any]
) -> None:
    key = await keys.load_one(moved.tx, moved.case.id)
    sealed = key.seal_text("attempt", json.dumps(said, ensure_ascii=False))
    await handoffs.add_attempt(
        moved.tx, row.id, called_at=called_at, result=result, sealed=sealed
    )


def _check_service(service: str) -> None:
    if service not in set(EmergencyService):
        raise NotFound("no such service")


async def _task(rt: Runtime, moved: Moving, service: str, *, make: bool) -> Any:
    """Return the hand-off; a person may ring a service that no rule asked for."""
    for attempt in range(2):
        for row in await handoffs.of_case(moved.tx, moved.case.id):
            if row.service == service:
                return row
        if attempt == 0 and make:
            await _make(rt, moved, service)
    raise RuleForbids("ring the service first", code="not_called", field="service")


async def _make(rt: Runtime, moved: Moving, service: str) -> None:
    """Make the task with its own clock, which runs from now: before, nobody owed it."""
    tx, case = moved.tx, moved.case
    task = await handoffs.require(tx, case.id, service)
    await run_clocks.start(
        rt,
        tx,
        [ClockOwner(case_id=case.id, handoff_id=task)],
        [ClockName.EMERGENCY_HANDOFF],
        started_at=tx.now,
        urgency=case.row.urgency,
        regime=case.row.regime,
    )


async def _details(moved: Moving, row: Any) -> dict[str, Any]:
    key = await keys.load_one(moved.tx, moved.case.id)
    words = key.open_text("handoff", row.sealed_details)
    found: dict[str, Any] = json.loads(words) if words else {}
    return found


async def _keep(
    moved: Moving, row: Any, known: dict[str, Any], change: dict[str, Any]
) -> None:
    key = await keys.load_one(moved.tx, moved.case.id)
    sealed = key.seal_text("handoff", json.dumps(known, ensure_ascii=False))
    await handoffs.change(moved.tx, row.id, {**change, "sealed_details": sealed})
    await cases.change(moved.tx, moved.case.id, {})
