"""The directory of bodies: seeded from config/bodies.yaml, kept in the database."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert

from hotline.cases.terms import BodyId, BodyKind
from hotline.routing.directory import Body, Directory
from hotline.store.tables import bodies
from hotline.store.transaction import Transaction


async def directory(tx: Transaction) -> Directory:
    """Return every body, in order of id."""
    rows = await tx.rows(select(bodies).order_by(bodies.c.id))
    listed = tuple(
        Body(
            BodyId(row.id),
            BodyKind(row.kind),
            row.region,
            row.valid_from,
            row.valid_to,
            row.status,
            row.district,
        )
        for row in rows
    )
    return Directory(listed, hashlib.sha256(repr(listed).encode()).hexdigest()[:12])


async def put(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    """Insert or correct bodies by id."""
    if not rows:
        return
    statement = insert(bodies)
    fresh = {name: statement.excluded[name] for name in rows[0] if name != "id"}
    await tx.run(statement.on_conflict_do_update(index_elements=["id"], set_=fresh), rows)


async def names(tx: Transaction) -> dict[str, tuple[str, str]]:
    """Return (kk, ru) names by body id."""
    rows = await tx.rows(select(bodies.c.id, bodies.c.name_kk, bodies.c.name_ru))
    return {row.id: (row.name_kk, row.name_ru) for row in rows}


async def listed(
    tx: Transaction, *, region: str | None = None, kind: str | None = None
) -> Sequence[Row[Any]]:
    """Return bodies with all that the directory says, in order of id."""
    statement = select(bodies).order_by(bodies.c.id)
    if region is not None:
        statement = statement.where(bodies.c.region == region)
    if kind is not None:
        statement = statement.where(bodies.c.kind == kind)
    return await tx.rows(statement)
