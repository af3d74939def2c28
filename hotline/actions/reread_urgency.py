"""Use cases: what waits because an urgency was lowered; a second person upholds or restores."""

from hotline.actions.steps import offer
from hotline.actions.steps.move import moving
from hotline.actions.steps.set_urgency import set_urgency
from hotline.cases.lifecycle import Move
from hotline.cases.terms import CaseStatus, ClockName, ClockState
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, urgency_reviews
from hotline.store.clocks import ClockOwner
from hotline.store.urgency_reviews import LoweredView


async def waiting_lowered(rt: Runtime, viewer: Viewer) -> tuple[LoweredView, ...]:
    """Return the lowered urgencies that wait. Errors: NotFound outside 111."""
    if not viewer.at_111:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        return await urgency_reviews.waiting(tx, viewer)


async def reread_urgency(
    rt: Runtime, viewer: Viewer, number: str, *, upheld: bool, version: int | None = None
) -> None:
    """Uphold a lowered urgency, or restore the level from before.

    Restoring recomputes every clock from receipt. Meets `lowered_reread`. Errors: RuleForbids
    `nothing_to_reread`, `second_person_needed` for who lowered it, `reopen_first`; NotFound,
    NotAllowed, Stale. Source: config/sla.yaml, head.
    """
    async with moving(rt, viewer, number, Move.REREAD_URGENCY, version) as moved:
        tx, case = moved.tx, moved.case
        now = int(case.row.urgency)
        reviews = await urgency_reviews.of_case(tx, case.id, now)
        if not reviews:
            raise RuleForbids("nothing waits to be read again", code="nothing_to_reread")
        if any(review.lowered_by == viewer.person_id for review in reviews):
            raise RuleForbids("another person must read it", code="second_person_needed")
        level = now if upheld else min(review.before for review in reviews)
        if not upheld and case.status is CaseStatus.CLOSED:
            raise RuleForbids("open the case again first", code="reopen_first")
        await urgency_reviews.give(tx, [review.id for review in reviews], level)
        await clocks.end(
            tx,
            ClockOwner(case_id=case.id),
            state=ClockState.MET,
            names=[ClockName.LOWERED_REREAD],
        )
        told: dict[str, object] = {"urgency": now}
        if upheld:
            await cases.change(tx, case.id, {})
            tx.record("urgency_upheld", case_id=case.id, data=told)
            return
        tx.record("urgency_restored", case_id=case.id, data={"from": now, "to": level})
        await cases.change(tx, case.id, {"urgency": level, "urgency_by": "person"})
        fresh = await set_urgency(rt, tx, case.id, before=now)
        await offer.tell_commissioner(rt, tx, fresh)
