"""Referrals: a case with one body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, text, update

from hotline.cases.terms import ReferralStatus
from hotline.store.tables import referrals
from hotline.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Proposal:
    """One body that the case is proposed to; `extract` is sealed already."""

    body_id: str
    lead: bool
    extract: bytes | None
    purpose: str | None = None
    hides: tuple[str, ...] = ()  # topics, and the district, that stay closed to the body
    handed_from: int | None = None  # the referral that answers until this one is accepted
    return_at: datetime | None = None


async def propose(
    tx: Transaction, case_id: int, urgency: int, proposals: Sequence[Proposal]
) -> dict[str, int]:
    """Put the case into bodies' queues, sealed: nobody outside 111 sees it yet.

    Returns the new referrals' ids by body.
    """
    if not proposals:
        return {}
    statement = insert(referrals).returning(referrals.c.id, sort_by_parameter_order=True)
    rows = await tx.rows(
        statement,
        [
            {
                "case_id": case_id,
                "body_id": proposal.body_id,
                "lead": proposal.lead,
                "status": ReferralStatus.PROPOSED,
                "proposed_at": tx.now,
                "urgency": urgency,
                "sealed_extract": proposal.extract,
                "purpose": proposal.purpose,
                "hides": list(proposal.hides),
                "handed_from": proposal.handed_from,
                "return_at": proposal.return_at,
            }
            for proposal in proposals
        ],
    )
    for proposal in proposals:
        known = {"body": proposal.body_id, "lead": proposal.lead}
        tx.record("referral_proposed", case_id=case_id, data=known)
    return {p.body_id: int(row.id) for p, row in zip(proposals, rows, strict=True)}


async def offer(tx: Transaction, ids: Sequence[int], *, by: str) -> None:
    """Turn proposed referrals into offers; from now on their extracts may be read."""
    offered = {
        "status": ReferralStatus.OFFERED,
        "offered_at": tx.now,
        "offered_by": by,
        "released_at": tx.now,
        "released_by": tx.actor.person_id,
    }
    await tx.run(update(referrals).where(referrals.c.id.in_(ids)).values(**offered))


async def change(tx: Transaction, referral_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a referral."""
    await tx.run(
        update(referrals).where(referrals.c.id == referral_id).values(**dict(values))
    )


async def end(
    tx: Transaction, referral_id: int, status: ReferralStatus, **more: Any
) -> None:
    """End a referral as `status`, with `more` columns: nothing of it waits any longer."""
    ended = {"status": status, "ended_at": tx.now, "handed_to": None, "return_at": None}
    await change(tx, referral_id, ended | more)


_OVERDUE = text("""
SELECT id, case_id FROM referrals WHERE return_at <= :now ORDER BY return_at LIMIT :n
""")
_CASES = text(
    "SELECT id FROM cases WHERE id = ANY(:ids) ORDER BY id FOR UPDATE SKIP LOCKED"
)


async def claim_overdue(tx: Transaction, limit: int) -> Sequence[Row[Any]]:
    """Return hand-overs that go back now, their cases locked, as every use case does it.

    What somebody else is working on is passed over until the next sweep.
    """
    due = await tx.rows(_OVERDUE, {"now": tx.now, "n": limit})
    if not due:
        return []
    held = await tx.rows(_CASES, {"ids": sorted({row.case_id for row in due})})
    free = {row.id for row in held}
    return [row for row in due if row.case_id in free]
