"""How much work people and bodies have now: counts by urgency, in one statement each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from hotline.cases.terms import BodyId, PersonId, ReferralStatus
from hotline.routing.seen import LEVELS, NONE_OPEN
from hotline.store.tables import referrals
from hotline.store.transaction import Transaction

AT_WORK = (ReferralStatus.OFFERED, ReferralStatus.ACCEPTED)
HELD = (ReferralStatus.PROPOSED, *AT_WORK)


@dataclass(frozen=True, slots=True)
class Work:
    """A person's referrals by urgency 0 to 4: open now, and offered since some moment."""

    open: tuple[int, ...] = NONE_OPEN
    given: tuple[int, ...] = NONE_OPEN


async def of_people(
    tx: Transaction, people: Collection[int], since: datetime
) -> Mapping[PersonId, Work]:
    """Return the work of those people who have any."""
    if not people:
        return {}
    theirs = referrals.c
    is_open = theirs.status.in_(AT_WORK)
    is_new = theirs.offered_at > since
    rows = await tx.rows(
        select(
            theirs.assignee_id,
            theirs.urgency,
            func.count().filter(is_open).label("open"),
            func.count().filter(is_new).label("given"),
        )
        .where(theirs.assignee_id.in_(sorted(people)), or_(is_open, is_new))
        .group_by(theirs.assignee_id, theirs.urgency)
    )
    counted: dict[int, tuple[list[int], list[int]]] = {}
    for row in rows:
        work = counted.setdefault(row.assignee_id, ([0] * LEVELS, [0] * LEVELS))
        work[0][row.urgency], work[1][row.urgency] = row.open, row.given
    return {
        PersonId(person): Work(tuple(is_there), tuple(given))
        for person, (is_there, given) in counted.items()
    }


async def of_bodies(tx: Transaction, bodies: Collection[str]) -> dict[BodyId, int]:
    """Return how many referrals each of `bodies` holds: proposed, offered or accepted."""
    if not bodies:
        return {}
    rows = await tx.rows(
        select(referrals.c.body_id, func.count().label("held"))
        .where(referrals.c.body_id.in_(sorted(bodies)), referrals.c.status.in_(HELD))
        .group_by(referrals.c.body_id)
    )
    return {BodyId(row.body_id): row.held for row in rows}
