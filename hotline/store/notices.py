"""Notices: who at 111 or in a body is to know something. Ids and kinds only."""

from sqlalchemy import select

from hotline.store.tables import notices
from hotline.store.transaction import Nudge, Transaction

SHIFT = "111"  # the shift at the contact centre


def put(
    tx: Transaction,
    audience: str,
    kind: str,
    *,
    case_id: int | None = None,
    contact_id: int | None = None,
    clock_id: int | None = None,
    percent: int | None = None,
    person_id: int | None = None,
) -> None:
    """Leave a notice for a body (by id), for the shift (SHIFT), or for one person of it."""
    tx.append(
        notices,
        {
            "audience": audience,
            "kind": kind,
            "case_id": case_id,
            "contact_id": contact_id,
            "clock_id": clock_id,
            "percent": percent,
            "person_id": person_id,
        },
    )
    # Without the case's id: somebody of the audience may be kept out of it.
    tx.nudge(Nudge("notice", None, None, () if audience == SHIFT else (audience,)))


async def told(tx: Transaction, audience: str, kind: str, case_id: int) -> bool:
    """Return whether this audience was told this of this case before."""
    wanted = (audience, kind, case_id)
    waiting = tx.pending(notices)
    if any((row["audience"], row["kind"], row["case_id"]) == wanted for row in waiting):
        return True
    found = await tx.one(
        select(notices.c.id)
        .where(
            notices.c.case_id == case_id,
            notices.c.audience == audience,
            notices.c.kind == kind,
        )
        .limit(1)
    )
    return found is not None
