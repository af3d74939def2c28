"""Step: what the bodies will be told, set by the person at 111 before they see anything."""

from typing import Any

from hotline.cases.terms import ReferralStatus
from hotline.store import cases, keys, referrals
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Transaction


async def release(
    tx: Transaction,
    case: OpenedCase,
    extract: str | None,
    *,
    narrative: bool,
    note: str | None = None,
) -> None:
    """Set the extract, and whether the lead may read the words themselves.

    The extract goes to the lead and to bodies from whom nothing is hidden. A body that is
    told less keeps its own: what was written for the guardian is not for the school.
    `note`: the safety note that stands above everything else. Nothing given, nothing set.
    """
    if extract is None and not narrative and not note:
        return
    key = await keys.load_one(tx, case.id)
    if note:
        await cases.change(
            tx, case.id, {"sealed_safety_note": key.seal_text("safety_note", note)}
        )
    fresh = await cases.by_id(tx, case.id)
    told: list[str] = []
    for referral in fresh.referrals if fresh else ():
        if referral.status != ReferralStatus.PROPOSED:
            continue
        change: dict[str, Any] = {}
        if extract is not None and (referral.lead or not referral.hides):
            change["sealed_extract"] = key.seal_text("extract", extract)
            told.append(referral.body_id)
        if narrative and referral.lead:
            change["narrative_released"] = True
        if change:
            await referrals.change(tx, referral.id, change)
    tx.record(
        "extract_released",
        case_id=case.id,
        data={"edited": extract is not None, "narrative": narrative, "told": told},
    )


async def look_at_hint(tx: Transaction, case: OpenedCase) -> None:
    """Free a case that was held for a hint of power: a person at 111 has looked at it."""
    if case.row.held:
        await cases.change(tx, case.id, {"held": False})
        tx.record("conflict_hint_looked_at", case_id=case.id)
