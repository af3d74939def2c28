"""Screens in the hall: kept under the keyed hash of their token, each of who made it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from hotline.cases.apart import person_key
from hotline.cases.terms import PersonId, Role
from hotline.identity.viewer import AT_111, Viewer
from hotline.store import ties
from hotline.store.tables import people
from hotline.store.tables_board import walls
from hotline.store.transaction import Transaction

_NOBODY = PersonId(0)  # a wall is no person: what is for one person alone is not for it


async def add(
    tx: Transaction, token_hash: bytes, person_id: int, until: datetime
) -> int | None:
    """Keep a wall; those whose time is over are forgotten."""
    await tx.run(delete(walls).where(walls.c.until <= tx.now))
    kept = {"made_by": person_id, "made_at": tx.now, "seen_at": tx.now, "until": until}
    row = await tx.one(
        insert(walls).values(token_hash=token_hash, **kept).returning(walls.c.id)
    )
    return None if row is None else int(row.id)


async def live(tx: Transaction, token_hash: bytes) -> Row[Any] | None:
    """Return a wall whose time runs and whose maker is a supervisor still."""
    return await tx.one(
        select(walls, people.c.locale)
        .join(people, people.c.id == walls.c.made_by)
        .where(walls.c.token_hash == token_hash, walls.c.until > tx.now, *_STANDS)
    )


async def seen(tx: Transaction, wall_id: int) -> None:
    """Note that a wall is read."""
    await tx.run(update(walls).where(walls.c.id == wall_id).values(seen_at=tx.now))


async def standing(tx: Transaction) -> Sequence[Row[Any]]:
    """Return the walls that are let in, the newest first, with who made each."""
    return await tx.rows(
        select(walls, people.c.display_name)
        .join(people, people.c.id == walls.c.made_by)
        .where(walls.c.until > tx.now, *_STANDS)
        .order_by(walls.c.id.desc())
    )


async def end(tx: Transaction, wall_id: int) -> bool:
    """Forget a wall; return whether there was one."""
    found = await tx.one(delete(walls).where(walls.c.id == wall_id).returning(walls.c.id))
    return found is not None


async def eyes(tx: Transaction, locale: str) -> Viewer:
    """Return who a wall counts for: nobody whom any colleague at 111 could tell more than.

    What complains of one of them is in none of its sums, or they could tell from a sum
    beside their own board that something is kept from them.
    """
    rows = await tx.rows(
        select(people.c.id).where(people.c.active, people.c.role.in_(sorted(AT_111)))
    )
    ids = [int(row.id) for row in rows]
    tied = await ties.of_people(tx, ids)
    kept_out = tied.keys | {person_key(PersonId(one)) for one in ids}
    none: frozenset[Any] = frozenset()
    return Viewer(_NOBODY, "wall", "", Role.OPERATOR, None, none, locale, kept_out)


_STANDS = (people.c.active, people.c.role == Role.SUPERVISOR)
