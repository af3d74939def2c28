"""Use case: a person at 111 turns proposed referrals into offers, after a re-route for instance."""

from hotline.actions.steps import offer
from hotline.actions.steps.move import moving
from hotline.actions.steps.release import look_at_hint, release
from hotline.cases.lifecycle import Move
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime


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

    None of them where everybody of the lead has just left: the next body is proposed then.
    Errors: RuleForbids when nothing is proposed; NotFound, NotAllowed, Stale.
    """
    async with moving(rt, viewer, number, Move.OFFER, version) as moved:
        tx, case = moved.tx, moved.case
        if not offer.proposed(case, body):
            raise RuleForbids("nothing is proposed", code="nothing_proposed", field="body")
        await release(tx, case, extract, narrative=release_narrative)
        await look_at_hint(tx, case)
        return await offer.offer_all(rt, tx, case.id, by=offer.PERSON, only=body)
