"""Use cases: a visit is planned for oneself or a colleague, or called off."""

from dataclasses import dataclass
from datetime import datetime

from hotline.actions.steps.move import Moving, moving
from hotline.cases.lifecycle import Move
from hotline.cases.visit import FARTHEST, LONGEST, missed_at
from hotline.errors import NotFound, RuleForbids
from hotline.identity.roles import kept_out, own_bodies
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import notices, people, visits
from hotline.store.transaction import Nudge


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it is planned."""

    person: str  # user name
    starts_at: datetime
    ends_at: datetime
    companion: str = ""


async def plan_visit(
    rt: Runtime, viewer: Viewer, number: str, visit: Visit, *, once: str
) -> int | None:
    """Plan a visit and return its id; None when this press was heard before.

    Errors: NotFound, NotAllowed; RuleForbids names the field.
    """
    _check(rt, visit, once)
    async with moving(rt, viewer, number, Move.NOTE, None) as moved:
        body = _body(viewer, moved)
        person = await _colleague(moved, visit.person, body, "person")
        companion = None
        if visit.companion:
            companion = await _colleague(moved, visit.companion, body, "companion")
        if companion == person:
            raise RuleForbids("name another", code="companion_same", field="companion")
        grace = rt.config.duty.visit_grace
        visit_id = await visits.add(
            moved.tx,
            {
                "case_id": moved.case.id,
                "body_id": body,
                "person_id": person,
                "companion_id": companion,
                "planned_by": viewer.person_id,
                "starts_at": visit.starts_at,
                "ends_at": visit.ends_at,
                "watch_at": missed_at(visit.starts_at, visit.ends_at, None, grace=grace),
                "once": once,
            },
        )
        if visit_id is not None:
            _tell(moved, visit_id, body, person, companion)
        return visit_id


def _check(rt: Runtime, visit: Visit, once: str) -> None:
    """Errors: RuleForbids for a span that nobody can visit in."""
    now = rt.clock.now()
    if not 1 <= len(once) <= 64:  # noqa: PLR2004  as long as any key
        raise RuleForbids("no key", code="bad_moment", field="starts_at")
    if visit.ends_at <= visit.starts_at:
        raise RuleForbids("the end comes first", code="bad_span", field="ends_at")
    if visit.ends_at - visit.starts_at > LONGEST:
        raise RuleForbids("too long", code="too_long", field="ends_at")
    if visit.ends_at <= now:
        raise RuleForbids("this has passed", code="in_past", field="ends_at")
    if visit.starts_at > now + FARTHEST:
        raise RuleForbids("too far ahead", code="too_far", field="starts_at")


def _body(viewer: Viewer, moved: Moving) -> str:
    """Return for which of the viewer's bodies somebody goes."""
    own = sorted(own_bodies(viewer, moved.case.access)) or sorted(viewer.bodies)
    if not own:
        raise RuleForbids("only a body visits", code="no_body", field="person")
    lead = moved.case.access.lead
    return str(lead if lead in own else own[0])


async def _colleague(moved: Moving, username: str, body: str, field: str) -> int:
    person = await people.member(moved.tx, username, body)
    colleague = None if person is None else await people.viewer(moved.tx, person)
    if colleague is None or kept_out(colleague, moved.case.access):
        raise RuleForbids("not of this body", code="unknown_person", field=field)
    return int(colleague.person_id)


def _tell(
    moved: Moving, visit_id: int, body: str, person: int, companion: int | None
) -> None:
    data = {"body": body, "visit": visit_id, "person_id": person}
    moved.tx.record("visit_planned", case_id=moved.case.id, data=data)
    for one in (person, companion):
        if one is not None and one != moved.viewer.person_id:
            notices.put(
                moved.tx, body, "visit_planned", case_id=moved.case.id, person_id=one
            )


async def cancel_visit(rt: Runtime, viewer: Viewer, visit_id: int) -> None:
    """Call off a visit that has not begun: its visitor or planner may. Errors: NotFound,
    RuleForbids `visit_began`.
    """
    async with rt.transaction(viewer) as tx:
        visit = await visits.lock(tx, visit_id)
        mine = visit is not None and viewer.person_id in (
            visit.person_id, visit.companion_id, visit.planned_by,
        )  # fmt: skip
        if visit is None or not mine:
            raise NotFound("no such visit of yours")
        if visit.cancelled_at is not None:
            return
        if visit.in_at or visit.out_at or visit.help_at or visit.late_at:
            raise RuleForbids("it has begun", code="visit_began")
        await visits.change(tx, visit_id, {"cancelled_at": tx.now, "watch_at": None})
        data = {"body": visit.body_id, "visit": visit_id}
        tx.record("visit_cancelled", case_id=visit.case_id, data=data)
        tx.nudge(Nudge("case", visit.case_id, None, (visit.body_id,)))
