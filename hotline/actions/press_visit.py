"""Use case: a visitor says "I am in", "I am out" or "help", perhaps long after pressing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotline.actions.steps import wake
from hotline.cases.terms import BodyId
from hotline.cases.visit import Press, missed_at, pressed_at, staying
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

    The watch ends when the last of those who went is out, unless help was asked for: then a
    person must answer. A visit that was called off, or seemed to be over, goes on when
    somebody went in all the same. Errors: NotFound.
    """
    async with rt.transaction(viewer) as tx:
        visit = await visits.lock(tx, visit_id)
        goes = visit is not None and viewer.person_id in (
            visit.person_id, visit.companion_id,
        )  # fmt: skip
        if visit is None or not goes:
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
            await _heed(rt, tx, viewer, visit, pressed.kind, at)


async def _heed(
    rt: Runtime, tx: Transaction, viewer: Viewer, visit: Any, kind: Press, at: datetime
) -> None:
    if kind is Press.HELP:
        await _call(rt, tx, visit)
    said = await visits.said(tx, visit.id)
    inside = staying(visit.person_id, visit.companion_id, said)
    change = _change(visit, kind, at, rt.config.duty.visit_grace, inside=bool(inside))
    if change:
        await visits.change(tx, visit.id, change)
    elif kind is not Press.OUT or said[viewer.person_id][kind] > 1:  # said before
        return
    data = {"body": visit.body_id, "visit": visit.id, "at": at.isoformat()}
    tx.record(f"visit_{kind}", case_id=visit.case_id, data=data)
    tx.nudge(Nudge("case", visit.case_id, None, (visit.body_id,)))


def _change(
    visit: Any, kind: Press, at: datetime, grace: timedelta, *, inside: bool
) -> dict[str, Any]:
    """Return what a press changes of its visit; nothing for what was said before."""
    if kind is Press.OUT:
        return {} if visit.out_at or inside else {"out_at": at, "watch_at": None}
    in_at = at if kind is Press.IN else visit.in_at
    until = missed_at(visit.starts_at, visit.ends_at, in_at, grace=grace)
    change: dict[str, Any] = {}
    if kind is Press.HELP:
        change = {"help_at": max(visit.help_at or at, at)}
    elif visit.out_at and inside:
        # The other one came out before this page had a connection again.
        change = {"out_at": None, "watch_at": until}
    elif visit.in_at is None and visit.out_at is None:
        # Who was missed, and went in only then, must be missed once more.
        anew = visit.late_at is None or until > visit.late_at
        change = {"in_at": at, "watch_at": until if anew else None}
    if visit.cancelled_at and not visit.out_at:
        # Who called it off did not know: the visitor's page had no connection.
        change |= {"cancelled_at": None, "watch_at": until}
    return change


async def _call(rt: Runtime, tx: Transaction, visit: Any) -> None:
    """Tell the body and 111, and wake the body's duty: help was asked for."""
    case = await cases.by_id(tx, visit.case_id)
    for audience in (visit.body_id, notices.SHIFT):
        notices.put(tx, audience, "visit_help", case_id=visit.case_id)
    if case is not None:
        await wake.begin_visit(rt, tx, BodyId(visit.body_id), case)
