"""Use case: a person at 111 turns proposed referrals into offers, after a re-route for instance."""

from hotline.actions.steps import offer
from hotline.actions.steps.move import moving
from hotline.actions.steps.release import release
from hotline.cases.lifecycle import Move
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases


async def offer_case(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    body: str | None = None,
    extract: str | None = None,
    release_narrative: bool = False,
    version: int | None = None,
) -> list[str]:
    """Offer what is proposed, to `body` alone when one is named; return the bodies.

    Errors: RuleForbids when nothing is proposed; NotFound, NotAllowed, Stale.
    """
    async with moving(rt, viewer, number, Move.OFFER, version) as moved:
        tx, case = moved.tx, moved.case
        await release(tx, case, extract, narrative=release_narrative)
        if case.row.held:  # a person has looked
            await cases.change(tx, case.id, {"held": False})
            tx.record("conflict_hint_looked_at", case_id=case.id)
        offered = await offer.offer_all(rt, tx, case.id, by="person", only=body)
        if not offered:
            raise RuleForbids("nothing is proposed", code="nothing_proposed", field="body")
        return offered
