"""Use case: one press for many cases; each is judged by itself, by its own rights and version.

Every case has a transaction of its own: what is refused is named with its reason, and what
was done stays done. A press that is heard twice is one press.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from hotline.actions.accept_referral import accept_referral, take_from_colleague
from hotline.actions.record_work import need, note_down
from hotline.actions.steps.move import moving
from hotline.actions.transfer_referral import give_to_person, need_free
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ReferralStatus
from hotline.errors import HotlineError, RuleForbids, Stale, Unavailable
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import bulk

KINDS = ("assign", "take", "accept", "note")
MOST = 200  # cases of one press: a person waits for all of them
ASKED, TAKEN = "handover_asked", "taken"


@dataclass(frozen=True, slots=True)
class Picked:
    """One case as its reader saw it."""

    number: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one case: an empty code when it was done."""

    number: str
    code: str = ""
    holder: str = ""  # who was quicker


@dataclass(frozen=True, slots=True)
class Many:
    """What came of one press."""

    run_id: int
    kind: str
    came: tuple[Came, ...]

    @property
    def done(self) -> int:
        """Return of how many cases it was done."""
        return sum(not one.code for one in self.came)

    @property
    def refused(self) -> tuple[Came, ...]:
        """Return the cases of which it was not."""
        return tuple(one for one in self.came if one.code)


async def work_on_many(
    rt: Runtime,
    viewer: Viewer,
    picked: Sequence[Picked],
    kind: str,
    *,
    once: str,
    to_person: str = "",
    text: str = "",
) -> Many:
    """Do one thing with each of `picked`. Errors: RuleForbids before anything was done;
    Stale `still_running` while the same press is under way.
    """
    _check(picked, kind, once, to_person)
    said = need(text, "text") if kind == "note" else ""
    async with rt.transaction(viewer) as tx:
        run_id = await bulk.begin(tx, viewer.person_id, once, kind)
        before = await bulk.by_press(tx, viewer.person_id, once)
    if run_id is None:
        if before is None or before.results is None:
            raise Stale("this is under way already", code="still_running")
        came = tuple(Came(**one) for one in before.results)
        return Many(int(before.id), str(before.kind), came)
    to = viewer.username if kind == "take" else to_person
    found = [await _one(rt, viewer, run_id, one, kind, to=to, text=said) for one in picked]
    async with rt.transaction(viewer) as tx:
        await bulk.end(tx, run_id, [asdict(one) for one in found])
    return Many(run_id, kind, tuple(found))


def _check(picked: Sequence[Picked], kind: str, once: str, to_person: str) -> None:
    if kind not in KINDS or not 1 <= len(once) <= 64:  # noqa: PLR2004  as long as any key
        raise RuleForbids("no such work", code="unknown_work", field="kind")
    if not picked:
        raise RuleForbids("choose a case first", code="none_chosen", field="kind")
    if len(picked) > MOST:
        raise RuleForbids(
            f"at most {MOST} cases at once", code="too_many_chosen", field="kind"
        )
    if kind == "assign" and not to_person:
        raise RuleForbids("choose a colleague", code="unknown_person", field="to_person")


async def _one(
    rt: Runtime, viewer: Viewer, run_id: int, one: Picked, kind: str, *, to: str, text: str
) -> Came:
    try:
        if kind == "note":
            await _note(rt, viewer, run_id, one.number, text)
        elif kind == "accept":
            await accept_referral(rt, viewer, one.number, None, one.version)
        else:
            await _give(rt, viewer, run_id, one, to)
    except Unavailable:
        raise
    except HotlineError as refused:
        if kind == "take" and refused.code == "has_it":
            return Came(one.number)
        holder = refused.facts.get("holder") or ""
        return Came(one.number, refused.code, str(holder))
    return Came(one.number)


async def _note(rt: Runtime, viewer: Viewer, run_id: int, number: str, text: str) -> None:
    async with moving(rt, viewer, number, Move.NOTE, None) as moved:
        if await bulk.first(moved.tx, run_id, moved.case.id):
            await note_down(moved, text)


async def _give(rt: Runtime, viewer: Viewer, run_id: int, one: Picked, to: str) -> None:
    async with moving(rt, viewer, one.number, Move.TRANSFER, one.version) as moved:
        if not await bulk.first(moved.tx, run_id, moved.case.id):
            return
        referral = moved.referral(None)
        need_free(moved, referral, "to_person")
        before = referral.assignee_id
        event, person = await give_to_person(rt, moved, referral, to, "")
        mine = person == viewer.person_id and referral.status == ReferralStatus.ACCEPTED
        if mine:  # who takes it over says yes with the same press
            await take_from_colleague(moved, referral)
            event = TAKEN
        await bulk.note(
            moved.tx,
            {
                "run_id": run_id,
                "case_id": moved.case.id,
                "referral_id": referral.id,
                "event": event,
                "before_id": before,
                "held_before_id": moved.case.row.assignee_id,
                "after_id": person,
            },
        )
