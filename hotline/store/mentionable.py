"""Whom a note on a case can name: people who may know of it, as far as its writer may know."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, case, or_, select
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.apart import OWN_QUEUE
from hotline.cases.terms import Role
from hotline.identity.viewer import AT_111, Viewer
from hotline.store.bodies import current
from hotline.store.cases import OpenedCase
from hotline.store.tables import memberships, people
from hotline.store.transaction import Transaction
from hotline.store.visibility import Scope, shown_referrals


async def near(
    tx: Transaction, viewer: Viewer, opened: OpenedCase, scope: Scope
) -> Sequence[Row[Any]]:
    """Return (id, username, display_name, rank) of who stands near the case.

    Rank 0 is of the writer's own office, 1 works on it, 2 is of another body that the writer
    may know of, 3 elsewhere. A co-executor knows its own people and the lead's: whose notes
    it reads. Each is still to be judged by `identity.roles.sees`.
    """
    told = shown_referrals(viewer, opened, scope)
    working = sorted({r.assignee_id for r in told if r.assignee_id is not None})
    own = sorted(viewer.bodies - {OWN_QUEUE})
    known = sorted({r.body_id for r in told})
    found = [_is_in(tx, known)]
    if scope is not Scope.HELPER:
        found += [people.c.role.in_(sorted(AT_111)), _oversees(opened)]
    rank = case(
        (_is_in(tx, own), 0), (people.c.id.in_(working), 1), (_is_in(tx, known), 2), else_=3
    ).label("rank")
    return await tx.rows(
        select(people.c.id, people.c.username, people.c.display_name, rank)
        .where(
            people.c.active,
            people.c.role != Role.ADMIN,
            people.c.id != viewer.person_id,
            or_(*found),
        )
        .order_by(people.c.id)
    )


def _is_in(tx: Transaction, bodies: Sequence[str]) -> ColumnElement[bool]:
    members = select(memberships.c.person_id).where(
        memberships.c.body_id.in_(bodies), current(tx)
    )
    return people.c.id.in_(members)


def _oversees(opened: OpenedCase) -> ColumnElement[bool]:
    return and_(people.c.role == Role.COMMISSIONER, people.c.region == opened.access.region)
