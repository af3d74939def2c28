"""Referrals: a case with one body."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, update

from hotline.cases.terms import ReferralStatus
from hotline.store.tables import referrals
from hotline.store.transaction import Transaction


async def propose(
    tx: Transaction, case_id: int, body_id: str, *, lead: bool, urgency: int, extract: bytes
) -> int:
    """Put the case into a body's queue, sealed: nobody outside 111 sees it yet."""
    row = await tx.one(
        insert(referrals)
        .values(
            case_id=case_id,
            body_id=body_id,
            lead=lead,
            status=ReferralStatus.PROPOSED,
            proposed_at=tx.now,
            urgency=urgency,
            sealed_extract=extract,
        )
        .returning(referrals.c.id)
    )
    if row is None:
        raise RuntimeError("a referral was not stored")
    tx.record("referral_proposed", case_id=case_id, data={"body": body_id, "lead": lead})
    return int(row.id)


async def change(tx: Transaction, referral_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a referral."""
    await tx.run(
        update(referrals).where(referrals.c.id == referral_id).values(**dict(values))
    )
