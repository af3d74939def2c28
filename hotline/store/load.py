"""How much work people and bodies have now: counts by urgency, in one statement each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select, update

from hotline.cases.terms import BodyId, PersonId, ReferralStatus
from hotline.identity.viewer import Viewer
from hotline.routing.seen import LEVELS, NONE_OPEN
from hotline.store.tables import cases, decisions, referrals
from hotline.store.transaction import Transaction
from hotline.store.visibility import open_to

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


async def give(tx: Transaction, people: Mapping[int, int]) -> None:
    """Suggest referrals to people, given by referral."""
    if people:
        given = update(referrals).where(referrals.c.id == bindparam("which"))
        rows = [{"which": which, "who": who} for which, who in sorted(people.items())]
        await tx.run(given.values(assignee_id=bindparam("who")), rows)


async def held_by(tx: Transaction, person_id: int) -> Sequence[Row[Any]]:
    """Return the referrals that wait for a person or are theirs, most urgent first."""
    return await tx.rows(
        select(referrals)
        .where(referrals.c.assignee_id == person_id, referrals.c.status.in_(AT_WORK))
        .order_by(referrals.c.urgency, referrals.c.id)
    )


async def referral(tx: Transaction, referral_id: int) -> Row[Any] | None:
    """Return one referral, or None."""
    return await tx.one(select(referrals).where(referrals.c.id == referral_id))


async def chosen_before(tx: Transaction, case_id: int, referral_id: int) -> frozenset[int]:
    """Return everybody to whom a referral was ever suggested."""
    chosen = decisions.c.choice["person"].as_integer()
    rows = await tx.rows(
        select(chosen.label("person")).where(
            decisions.c.case_id == case_id,
            decisions.c.kind == "person",
            decisions.c.facts["referral"].as_integer() == referral_id,
            chosen.is_not(None),
        )
    )
    return frozenset(int(row.person) for row in rows)


async def open_by_body(tx: Transaction, viewer: Viewer) -> dict[BodyId, tuple[int, ...]]:
    """Return what every body has offered or accepted, by urgency 0 to 4.

    Of cases that complain of the viewer nothing is counted.
    """
    rows = await tx.rows(
        select(referrals.c.body_id, referrals.c.urgency, func.count().label("open"))
        .join(cases, cases.c.id == referrals.c.case_id)
        .where(referrals.c.status.in_(AT_WORK), open_to(viewer))
        .group_by(referrals.c.body_id, referrals.c.urgency)
    )
    found: dict[BodyId, list[int]] = {}
    for row in rows:
        found.setdefault(BodyId(row.body_id), [0] * LEVELS)[row.urgency] = row.open
    return {body: tuple(counts) for body, counts in found.items()}
