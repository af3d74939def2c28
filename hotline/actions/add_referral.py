"""Use case: a person at 111 asks one more body to help; sealed until it is released."""

from dataclasses import replace

from hotline.actions.steps.exposure import checked
from hotline.actions.steps.extracts import told_by_default
from hotline.actions.steps.move import moving
from hotline.actions.steps.receiver import possible
from hotline.cases.lifecycle import Move
from hotline.cases.terms import BodyKind
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, keys, referrals
from hotline.store.referrals import Proposal


async def add_referral(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    body: str,
    lead: bool = False,
    purpose: str | None = None,
    extract: str | None = None,
    anyway: bool = False,
    version: int | None = None,
) -> int:
    """Propose the case to `body` with an extract for its purpose; return the referral's id.

    `anyway`: the extract is meant as it is, although it exposes somebody. Errors:
    RuleForbids names the field; NotFound, NotAllowed, Stale.
    """
    async with moving(rt, viewer, number, Move.REFER, version) as moved:
        tx, case = moved.tx, moved.case
        if lead and case.lead is not None:
            raise RuleForbids(
                "there is a lead; transfer it instead", code="lead_is_there", field="lead"
            )
        target = await possible(rt, tx, case, body, lead=lead, field="body")
        told = told_by_default(rt, case.row, BodyKind(target.kind), purpose)
        found: tuple[str, ...] = ()
        if extract is not None:
            found = await checked(rt, tx, case, extract, hides=told.hides, anyway=anyway)
            told = replace(told, text=extract.strip())
        key = await keys.load_one(tx, case.id)
        asked = Proposal(
            target.id,
            lead,
            key.seal_text("extract", told.text),
            told.purpose,
            told.hides,
        )
        ids = await referrals.propose(tx, case.id, case.row.urgency, [asked])
        await cases.change(tx, case.id, {})
        data = {
            "body": target.id,
            "purpose": told.purpose,
            "referral": ids[target.id],
            "exposes": list(found),
        }
        tx.record("referral_added", case_id=case.id, data=data)
        return ids[target.id]
