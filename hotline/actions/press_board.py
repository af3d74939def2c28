"""Use case: the board's press for many cases: raise, escalate, give, pass on; and its undo.

Every case is judged by itself, by its own rights and version; what is refused is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from hotline.actions.change_urgency import change_urgency
from hotline.actions.escalate_case import escalate_case
from hotline.actions.give_to_next import give_to_next
from hotline.actions.record_work import need
from hotline.actions.steps.route import day_of
from hotline.actions.transfer_referral import transfer_referral
from hotline.actions.work_on_many import MOST, Came, Many, Picked
from hotline.cases.terms import BodyKind
from hotline.errors import HotlineError, NotFound, RuleForbids, Stale, Unavailable
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import bulk, cases, presses
from hotline.store.presses import RAISE

MOVES = (RAISE, "escalate", "colleague", "person", "pass_on")
UNDO_WITHIN = timedelta(minutes=10)
_LONGEST_KEY = 64
_SIMPLE = {"escalate": escalate_case, "colleague": give_to_next}


@dataclass(frozen=True, slots=True)
class Press:
    """What is to be done with each case.

    `urgency`: to which level; `kind`: of the body; `person`: the user name of who gets it.
    """

    move: str
    reason: str
    urgency: int | None = None
    kind: str = ""
    person: str = ""


async def press_board(
    rt: Runtime, viewer: Viewer, picked: Sequence[Picked], press: Press, once: str
) -> Many:
    """Do one thing with each of `picked`. Errors: RuleForbids before anything was done;
    Stale `still_running` while the same press is under way.
    """
    _check(picked, press, once)
    async with rt.transaction(viewer) as tx:
        run_id = await bulk.begin(tx, viewer.person_id, once, press.move)
        before = await bulk.by_press(tx, viewer.person_id, once)
    if run_id is None:
        if before is None or before.results is None:
            raise Stale("this is under way already", code="still_running")
        came = tuple(Came(one["number"], one["code"]) for one in before.results)
        return Many(int(before.id), str(before.kind), came)
    found = [await _one(rt, viewer, one, press) for one in picked]
    async with rt.transaction(viewer) as tx:
        await bulk.end(tx, run_id, found)
    came = tuple(Came(one["number"], one["code"]) for one in found)
    return Many(run_id, press.move, came)


def _check(picked: Sequence[Picked], press: Press, once: str) -> None:
    if press.move not in MOVES or not 1 <= len(once) <= _LONGEST_KEY:
        raise RuleForbids("no such work", code="unknown_work", field="move")
    if not picked:
        raise RuleForbids("choose a case first", code="none_chosen", field="case")
    if len(picked) > MOST:
        raise RuleForbids("too many at once", code="too_many_chosen", field="case")
    need(press.reason, "reason")
    if press.move == RAISE and press.urgency not in range(5):
        raise RuleForbids("urgency is 0 to 4", code="unknown_urgency", field="urgency")
    if press.move == "pass_on" and press.kind not in set(BodyKind):
        raise RuleForbids("choose a body", code="unknown_body", field="kind")
    if press.move == "person" and not press.person:
        raise RuleForbids("choose a person", code="unknown_person", field="person")


async def _one(rt: Runtime, viewer: Viewer, one: Picked, press: Press) -> dict[str, str]:
    """Return what came of one case; of a raised one also how it was and is."""
    told = {"number": one.number, "code": ""}
    try:
        if press.move == RAISE:
            return told | await _raise(rt, viewer, one, press)
        if press.move in _SIMPLE:
            await _SIMPLE[press.move](
                rt, viewer, one.number, reason=press.reason, version=one.version
            )
        elif press.move == "person":
            await _give(rt, viewer, one, press)
        else:
            await _pass_on(rt, viewer, one, press)
    except Unavailable:
        raise
    except HotlineError as refused:
        told["code"] = refused.code
    return told


async def _raise(rt: Runtime, viewer: Viewer, one: Picked, press: Press) -> dict[str, str]:
    level = press.urgency or 0
    async with rt.transaction(viewer) as tx:
        before = await cases.read(
            tx, viewer, one.number, rt.number_key, version=one.version
        )
    if before.row.urgency <= level:
        raise RuleForbids("it is as urgent already", code="as_urgent_already")
    done = await change_urgency(
        rt, viewer, one.number, urgency=level, reason=press.reason, version=one.version
    )
    return {"before": str(done.before), "version": str(done.version)}


async def _give(rt: Runtime, viewer: Viewer, one: Picked, press: Press) -> None:
    """Give the lead's work to one person of the body that has it, or ask them."""
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, one.number, rt.number_key, version=one.version)
    if case.lead is None:
        raise RuleForbids("nobody was asked", code="not_open")
    await transfer_referral(
        rt, viewer, one.number, int(case.lead.id), text=press.reason,
        to_person=press.person, version=one.version,
    )  # fmt: skip


async def _pass_on(rt: Runtime, viewer: Viewer, one: Picked, press: Press) -> None:
    """Hand the lead to the body of a kind that stands for the case's own place.

    The nearest one that nothing keeps out: where the district's is complained of, the
    region's is asked.
    """
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, one.number, rt.number_key, version=one.version)
        directory, day = await rt.directory(tx), day_of(tx)
    lead = case.lead
    found = [
        body
        for body in directory.of(BodyKind(press.kind), case.row.region, case.row.district)
        if body.acts_on(day) is None and (lead is None or body.id != lead.body_id)
    ]
    if lead is None or not found:
        raise RuleForbids("no such body for this place", code="no_such_body")
    for body in found:
        try:
            await transfer_referral(
                rt, viewer, one.number, int(lead.id), text=press.reason,
                to_body=str(body.id), version=one.version,
            )  # fmt: skip
        except RuleForbids as refused:
            if refused.code != "body_excluded" or body is found[-1]:
                raise
        else:
            return


async def undo_press(rt: Runtime, viewer: Viewer, run_id: int, reason: str) -> Many:
    """Set raised urgencies back, of cases that nobody has touched since.

    Who was told and woken stays told. Errors: NotFound for what is not the viewer's own
    press, is long ago, was undone, or cannot be undone.
    """
    async with rt.transaction(viewer) as tx:
        done = await presses.claim_undo(tx, run_id, viewer.person_id, UNDO_WITHIN)
    if done is None:
        raise NotFound("nothing to undo")
    found = []
    for one in done:
        code = ""
        try:
            await change_urgency(
                rt, viewer, one["number"], urgency=int(one["before"]), reason=reason,
                version=int(one["version"]),
            )  # fmt: skip
        except Unavailable:
            raise
        except HotlineError as refused:
            code = refused.code
        found.append(Came(one["number"], code))
    return Many(run_id, "undo", tuple(found))
