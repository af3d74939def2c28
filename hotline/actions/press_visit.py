"""Use case: a visitor says "I am in", "I am out" or "help", perhaps long after pressing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.actions.steps import wake
from hotline.cases.terms import BodyId
from hotline.cases.visit import Press, missed_at, pressed_at
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, notices, visits
from hotline.store.transaction import Nudge, Transaction


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press as its page tells it; `told` and `sent` by the page's own clock."""

    kind: Press
    once: str
    told: datetime | None = None
    sent: datetime | None = None


async def press_visit(rt: Runtime, viewer: Viewer, visit_id: int, pressed: Pressed) -> None:
    """Write a press down; the same one twice is one. Only who goes may press.

    Going out ends the watch, unless help was asked for: then a person must answer.
    Errors: NotFound.
    """
    async with rt.transaction(viewer) as tx:
        visit = await visits.lock(tx, visit_id)
        goes = visit is not None and viewer.person_id in (
            visit.person_id, visit.companion_id,
        )  # fmt: skip
        if visit is None or not goes or visit.cancelled_at is not None:
            raise NotFound("no such visit of yours")
        at = pressed_at(tx.now, pressed.told, pressed.sent, not_before=visit.planned_at)
        fresh = await visits.press(
            tx,
            {
                "visit_id": visit_id,
                "person_id": viewer.person_id,
                "kind": pressed.kind,
                "at": at,
                "told_at": pressed.told,
                "once": pressed.once[:64],
            },
        )
        if fresh:
            await _heed(rt, tx, visit, pressed.kind, at)


async def _heed(
    rt: Runtime, tx: Transaction, visit: Any, kind: Press, at: datetime
) -> None:
    change: dict[str, Any] = {}
    if kind is Press.HELP:
        change = {"help_at": visit.help_at or at}
        await _call(rt, tx, visit)
    elif kind is Press.OUT and visit.out_at is None:
        change = {"out_at": at, "watch_at": None}
    elif kind is Press.IN and visit.in_at is None and visit.out_at is None:
        grace = rt.config.duty.visit_grace
        until = missed_at(visit.starts_at, visit.ends_at, at, grace=grace)
        change = {"in_at": at, "watch_at": None if visit.late_at else until}
    if not change:
        return
    await visits.change(tx, visit.id, change)
    data = {"body": visit.body_id, "visit": visit.id, "at": at.isoformat()}
    tx.record(f"visit_{kind}", case_id=visit.case_id, data=data)
    tx.nudge(Nudge("case", visit.case_id, None, (visit.body_id,)))


async def _call(rt: Runtime, tx: Transaction, visit: Any) -> None:
    """Tell the body and wake its duty: help was asked for."""
    case = await cases.by_id(tx, visit.case_id)
    notices.put(tx, visit.body_id, "visit_help", case_id=visit.case_id)
    if case is not None:
        await wake.begin_visit(rt, tx, BodyId(visit.body_id), case)
