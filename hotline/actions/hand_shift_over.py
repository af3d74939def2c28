"""Use cases: who goes hands the shift over with remarks, who comes signs that they took it."""

from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import drafts, handovers, shift_sheet
from hotline.store.transaction import Nudge

LONGEST = 4_000  # characters of remarks


async def hand_shift_over(
    rt: Runtime, viewer: Viewer, remarks: str, over: str | None = None
) -> None:
    """Keep what the outgoing says; until somebody takes it, saying it again replaces it.

    `over`: when the remarks were made that the page showed, in ISO 8601, empty for none;
    None: nobody asks. Errors: NotFound outside 111; RuleForbids `remarks_long`, and
    `remarks_changed` where another page of the same person was quicker.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    said = remarks.strip()
    if len(said) > LONGEST:
        raise RuleForbids("say it shorter", code="remarks_long", field="remarks")
    async with rt.transaction(viewer) as tx:
        await drafts.hold(tx, viewer.person_id)  # two pages at once are one hand-over
        known = await handovers.open_of(tx, viewer.person_id)
        there = "" if known is None else known.made_at.isoformat()
        if over is not None and over != there and known is not None:
            raise RuleForbids("another page was quicker", code="remarks_changed")
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
