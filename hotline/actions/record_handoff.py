"""Use case: a person rings 102, 103 or 112 and writes down who took it over."""

import json
from datetime import datetime
from typing import Any

from hotline.actions.record_work import checked_moment, need, not_before
from hotline.actions.steps.move import Moving, moving
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ClockName, ClockState, EmergencyService
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, handoffs, keys
from hotline.store.clocks import ClockOwner


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
    moment = checked_moment(rt, at)
    async with moving(rt, viewer, number, Move.EMERGENCY, version) as moved:
        not_before(moved.case, at)
        row = await _task(moved, service, make=True)
        known = await _details(moved, row)
        known["number"] = need(number_called, "number")
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
    moment = checked_moment(rt, at)
    async with moving(rt, viewer, number, Move.EMERGENCY, version) as moved:
        not_before(moved.case, at)
        row = await _task(moved, service, make=False)
        known = await _details(moved, row)
        known |= {"accepted_by": need(by, "by"), "reference": reference}
        await _keep(moved, row, known, {"state": "accepted", "accepted_at": moment})
        await clocks.end(
            moved.tx,
            ClockOwner(handoff_id=row.id),
            state=ClockState.MET,
            names=[ClockName.EMERGENCY_HANDOFF],
        )
        moved.tx.record(
            "handoff_accepted", case_id=moved.case.id, data={"service": service}
        )


async def _task(moved: Moving, service: str, *, make: bool) -> Any:
    """Return the hand-off; a person may ring a service that no rule asked for."""
    if service not in set(EmergencyService):
        raise NotFound("no such service")
    for attempt in range(2):
        for row in await handoffs.of_case(moved.tx, moved.case.id):
            if row.service == service:
                return row
        if attempt == 0 and make:
            await handoffs.require(moved.tx, moved.case.id, service)
    raise RuleForbids("ring the service first", code="not_called", field="service")


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
