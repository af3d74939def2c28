"""Saved views: a filter and an order under a name. Names are sealed, each under its own key."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.elements import ColumnElement

from hotline.identity.viewer import Viewer
from hotline.store import keys
from hotline.store.tables_inbox import default_views, saved_views
from hotline.store.transaction import Transaction

_NAME = "name"


def _open_to(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    shared = saved_views.c.body_id.in_(sorted(viewer.bodies))
    mine = saved_views.c.owner_id == viewer.person_id
    return saved_views.c.ended_at.is_(None), or_(mine, shared)


async def of_viewer(tx: Transaction, viewer: Viewer) -> list[tuple[Row[Any], str]]:
    """Return (view, name) of one's own views and of those that one's bodies share."""
    rows = await tx.rows(
        select(saved_views).where(*_open_to(viewer)).order_by(saved_views.c.id)
    )
    opened = await keys.load(tx, [row.id for row in rows])
    return [
        (row, opened[row.id].open_text(_NAME, row.sealed_name))
        for row in rows
        if row.id in opened
    ]


async def one(tx: Transaction, viewer: Viewer, view_id: int) -> Row[Any] | None:
    """Return a view that the viewer may use, or None."""
    return await tx.one(
        select(saved_views).where(saved_views.c.id == view_id, *_open_to(viewer))
    )


async def add(
    tx: Transaction,
    view_id: int,
    *,
    name: str,
    asked: Mapping[str, str],
    body_id: str | None,
) -> None:
    """Keep a view of the actor."""
    key = await keys.create(tx, view_id)
    await tx.run(
        insert(saved_views).values(
            id=view_id,
            owner_id=tx.actor.person_id,
            body_id=body_id,
            sealed_name=key.seal_text(_NAME, name),
            asked=dict(asked),
            made_at=tx.now,
        )
    )


async def count(tx: Transaction, person_id: int) -> int:
    """Return how many views a person keeps."""
    rows: Sequence[Any] = await tx.rows(
        select(saved_views.c.id).where(
            saved_views.c.owner_id == person_id, saved_views.c.ended_at.is_(None)
        )
    )
    return len(rows)


async def end(tx: Transaction, view_id: int, owner_id: int) -> bool:
    """End a view of one's own and destroy its key; return whether there was one."""
    ended = await tx.run(
        update(saved_views)
        .where(
            saved_views.c.id == view_id,
            saved_views.c.owner_id == owner_id,
            saved_views.c.ended_at.is_(None),
        )
        .values(ended_at=tx.now)
    )
    if ended:
        await tx.run(delete(default_views).where(default_views.c.view_id == view_id))
        await keys.destroy(tx, [view_id])
    return bool(ended)


async def default(tx: Transaction, viewer: Viewer) -> int | None:
    """Return the view that a person's inbox begins with, or None."""
    row = await tx.one(
        select(saved_views.c.id)
        .join(default_views, default_views.c.view_id == saved_views.c.id)
        .where(default_views.c.person_id == viewer.person_id, *_open_to(viewer))
    )
    return None if row is None else int(row.id)


async def set_default(tx: Transaction, person_id: int, view_id: int | None) -> None:
    """Let a person's inbox begin with a view; None: with the list as it is."""
    if view_id is None:
        await tx.run(delete(default_views).where(default_views.c.person_id == person_id))
        return
    fresh = upsert(default_views).values(person_id=person_id, view_id=view_id)
    await tx.run(
        fresh.on_conflict_do_update(
            index_elements=[default_views.c.person_id], set_={"view_id": view_id}
        )
    )
