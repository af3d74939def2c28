"""Whom cases complain of: the rows that keep people out of them. SQL writes `apart` from them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, insert, literal, or_, select, text, update
from sqlalchemy.sql.expression import exists

from hotline.cases.apart import bodies_in, people_in
from hotline.cases.terms import BodyId, PersonId
from hotline.store.bodies import current
from hotline.store.tables import cases, memberships, people
from hotline.store.tables_routing import complaints
from hotline.store.transaction import Transaction

LIVE = complaints.c.lifted_at.is_(None)
_HEIRS = text("""
WITH RECURSIVE heir (id) AS (
  SELECT to_body FROM successions WHERE from_body = ANY(:bodies) AND began_at IS NOT NULL
  UNION
  SELECT s.to_body FROM heir JOIN successions AS s ON s.from_body = heir.id
  WHERE s.began_at IS NOT NULL
)
SELECT id FROM heir ORDER BY id
""")


async def add(tx: Transaction, case_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Book complaints. Each names a body, a person or both, or a sealed name alone."""
    same = {"case_id": case_id, "at": tx.now, "declared_by": tx.actor.person_id}
    empty = dict.fromkeys(("body_id", "person_id", "sealed_name", "sealed_reason"))
    if rows:
        await tx.run(insert(complaints), [{**same, **empty, **row} for row in rows])


async def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return the complaints of a case, lifted ones too, oldest first."""
    mine = select(complaints).where(complaints.c.case_id == case_id)
    return await tx.rows(mine.order_by(complaints.c.id))


async def change(tx: Transaction, complaint_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a complaint."""
    await tx.run(
        update(complaints).where(complaints.c.id == complaint_id).values(**dict(values))
    )


async def hand_down(tx: Transaction, keys: Collection[str], new: str) -> list[int]:
    """Let a successor be out of every case that its predecessor was out of; return these.

    `keys`: of the predecessor, of all above it and of who heads any of these. The cases are
    locked, in order: the trigger writes each, and whoever works on one holds it first.
    """
    found = frozenset(keys)
    known = complaints.alias("known")
    same = exists(
        select(known.c.id).where(
            known.c.case_id == complaints.c.case_id,
            known.c.body_id == new,
            known.c.lifted_at.is_(None),
        )
    )
    meant = or_(
        complaints.c.body_id.in_(sorted(bodies_in(found))),
        complaints.c.person_id.in_(sorted(people_in(found))),
    )
    case_id, kind = complaints.c.case_id, func.min(complaints.c.kind)
    theirs = select(cases.c.id).where(
        cases.c.id.in_(select(case_id).where(meant, LIVE, ~same))
    )
    await tx.run(theirs.order_by(cases.c.id).with_for_update())
    rows = select(case_id, kind, literal(new), literal(tx.now)).where(meant, LIVE, ~same)
    booked = insert(complaints).from_select(
        ["case_id", "kind", "body_id", "at"], rows.group_by(case_id)
    )
    return sorted(row.case_id for row in await tx.rows(booked.returning(case_id)))


async def heirs(tx: Transaction, bodies: Collection[BodyId]) -> list[BodyId]:
    """Return the bodies that took the place of some of `bodies`, or of who did."""
    rows = await tx.rows(_HEIRS, {"bodies": sorted(bodies)}) if bodies else ()
    return [BodyId(row.id) for row in rows]


async def former(tx: Transaction) -> dict[PersonId, frozenset[BodyId]]:
    """Return the bodies that people have left: what kept them out there still does."""
    rows = await tx.rows(
        select(memberships.c.person_id, memberships.c.body_id).where(~current(tx))
    )
    found: dict[PersonId, set[BodyId]] = {}
    for row in rows:
        found.setdefault(PersonId(row.person_id), set()).add(BodyId(row.body_id))
    return {person: frozenset(left) for person, left in found.items()}


async def positions(tx: Transaction, person_id: int) -> dict[BodyId, str]:
    """Return what a person is in each of their bodies now."""
    rows = await tx.rows(
        select(memberships.c.body_id, memberships.c.position).where(
            memberships.c.person_id == person_id, current(tx)
        )
    )
    return {BodyId(row.body_id): str(row.position) for row in rows}


async def persons(tx: Transaction) -> Sequence[Row[Any]]:
    """Return id, user name and name of every person, also of those who left the service."""
    return await tx.rows(select(people.c.id, people.c.username, people.c.display_name))
