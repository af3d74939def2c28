"""Use cases: who goes hands the shift over with remarks, who comes signs that they took it."""

from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import handovers, shift_sheet
from hotline.store.transaction import Nudge

LONGEST = 4_000  # characters of remarks


async def hand_shift_over(rt: Runtime, viewer: Viewer, remarks: str) -> None:
    """Keep what the outgoing says; until somebody takes it, saying it again replaces it.

    Errors: NotFound outside 111; RuleForbids `remarks_long`.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    said = remarks.strip()
    if len(said) > LONGEST:
        raise RuleForbids("say it shorter", code="remarks_long", field="remarks")
    async with rt.transaction(viewer) as tx:
        known = await handovers.open_of(tx, viewer.person_id)
        if known is not None:
            await handovers.rewrite(tx, known.id, said)
        else:
            began = await handovers.began(tx) or tx.now - shift_sheet.SHIFT
            fresh = await rt.numbers.take(tx.now)
            await handovers.write(tx, fresh, viewer.person_id, began, said)
        tx.record("shift_handed_over")
        tx.nudge(Nudge("contact"))


async def take_shift(
    rt: Runtime, viewer: Viewer, handover_id: int, made_at: str = ""
) -> None:
    """Sign that the shift was taken over. Twice is once.

    `made_at`: of the remarks that were read, in ISO 8601; empty: nobody asks.
    Errors: NotFound; RuleForbids `own_handover`, `taken_already`, `rewritten`.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        row = await handovers.locked(tx, handover_id)
        if row.taken_by == viewer.person_id:
            return
        if row.person_id == viewer.person_id:
            raise RuleForbids("another person takes it over", code="own_handover")
        if row.taken_by is not None:
            raise RuleForbids("somebody took it over", code="taken_already")
        if made_at and made_at != row.made_at.isoformat():
            raise RuleForbids("the remarks changed since", code="rewritten")
        await handovers.sign(tx, handover_id, viewer.person_id)
        tx.record("shift_taken")
        tx.nudge(Nudge("contact"))
