"""People as administration sees them: who may sign in and where they belong, never content."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, func, select

from hotline.cases.terms import Role
from hotline.i18n import alphabetical
from hotline.store.bodies import current
from hotline.store.load import AT_WORK
from hotline.store.tables import bodies, memberships, people, referrals
from hotline.store.tables_admin import second_factors
from hotline.store.transaction import Transaction


async def by_id(tx: Transaction, person_id: int) -> Row[Any] | None:
    """Return a person's row, or None."""
    return await tx.one(select(people).where(people.c.id == person_id))


async def bodies_of(tx: Transaction, person_id: int) -> dict[str, str]:
    """Return the position of a person by body, as it holds now."""
    rows = await tx.rows(
        select(memberships.c.body_id, memberships.c.position).where(
            memberships.c.person_id == person_id, current(tx)
        )
    )
    return {row.body_id: row.position for row in rows}


async def admins(tx: Transaction) -> int:
    """Return how many administrators may sign in."""
    row = await tx.one(
        select(func.count())
        .select_from(people)
        .where(people.c.role == Role.ADMIN, people.c.active)
    )
    return int(row[0]) if row else 0


async def other_deciders(tx: Transaction) -> int:
    """Return how many people beside the actor may agree to a change."""
    row = await tx.one(
        select(func.count())
        .select_from(people)
        .where(
            people.c.role.in_((Role.ADMIN, Role.SUPERVISOR)),
            people.c.active,
            people.c.id.is_distinct_from(tx.actor.person_id),
        )
    )
    return int(row[0]) if row else 0


async def listed(tx: Transaction, **wanted: str | None) -> Sequence[Row[Any]]:
    """Return people: who may sign in first, then by name. `wanted`: role, region, state."""
    placed = func.array_agg(memberships.c.body_id).filter(
        memberships.c.body_id.is_not(None)
    )
    asked = [
        people.c[name] == wanted[name] for name in ("role", "region") if wanted.get(name)
    ]
    state = wanted.get("state")
    if state in ("on", "off"):
        asked.append(people.c.active == (state == "on"))
    found = await tx.rows(
        select(
            people.c.id,
            people.c.username,
            people.c.display_name,
            people.c.role,
            people.c.region,
            people.c.active,
            people.c.languages,
            people.c.share,
            people.c.locked_until,
            second_factors.c.confirmed_at.label("factor_at"),
            placed.label("bodies"),
        )
        .outerjoin(memberships, and_(memberships.c.person_id == people.c.id, current(tx)))
        .outerjoin(second_factors, second_factors.c.person_id == people.c.id)
        .where(*asked)
        .group_by(people.c.id, second_factors.c.confirmed_at)
        .order_by(people.c.username)
    )
    return sorted(found, key=lambda one: (not one.active, alphabetical(one.display_name)))


async def open_work(tx: Transaction, person_id: int) -> dict[str, int]:
    """Return how many open referrals a person holds, by body: figures, no numbers of cases."""
    rows = await tx.rows(
        select(referrals.c.body_id, func.count().label("n"))
        .where(referrals.c.assignee_id == person_id, referrals.c.status.in_(AT_WORK))
        .group_by(referrals.c.body_id)
    )
    return {row.body_id: int(row.n) for row in rows}


async def body_choices(tx: Transaction) -> Sequence[Row[Any]]:
    """Return (id, name_kk, name_ru) of the bodies that a person can be put into."""
    return await tx.rows(
        select(bodies.c.id, bodies.c.name_kk, bodies.c.name_ru, bodies.c.region)
        .where(bodies.c.status == "active")
        .order_by(bodies.c.region.nulls_first(), bodies.c.id)
    )
