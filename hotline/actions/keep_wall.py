"""Use cases: a supervisor makes a browser a wall, and ends one. A wall reads sums alone."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hotline.actions.sign_in import DOOR
from hotline.cases.terms import Role
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import walls

KEPT_FOR = timedelta(days=180)
_SEEN_EVERY = timedelta(minutes=1)


async def open_wall(rt: Runtime, viewer: Viewer) -> str:
    """Return the token of a new wall. Errors: NotFound for who is no supervisor."""
    _need_supervisor(viewer)
    token = secrets.token_urlsafe(32)
    async with rt.transaction(viewer) as tx:
        hashed, until = rt.sealer.token_hash(token), tx.now + KEPT_FOR
        wall = await walls.add(tx, hashed, viewer.person_id, until)
        tx.record("wall_opened", data={"wall": wall})
    return token


async def wall_of(rt: Runtime, token: str) -> Viewer | None:
    """Return the eyes of the wall behind a cookie; None where it was ended, or its time is over.

    It does not idle out: nobody touches a wall, and it must not go dark at night.
    """
    async with rt.transaction(DOOR) as tx:
        row = await walls.live(tx, rt.sealer.token_hash(token))
        if row is None:
            return None
        if tx.now - row.seen_at > _SEEN_EVERY:
            await walls.seen(tx, row.id)
        return await walls.eyes(tx, row.locale)


async def standing_walls(rt: Runtime, viewer: Viewer) -> Sequence[Any]:
    """Return the walls that are let in. Errors: NotFound for who is no supervisor."""
    _need_supervisor(viewer)
    async with rt.transaction(viewer) as tx:
        return await walls.standing(tx)


async def end_wall(rt: Runtime, viewer: Viewer, wall: int) -> None:
    """Let a wall in no more. Errors: NotFound."""
    _need_supervisor(viewer)
    async with rt.transaction(viewer) as tx:
        if not await walls.end(tx, wall):
            raise NotFound("no such wall")
        tx.record("wall_ended", data={"wall": wall})


def _need_supervisor(viewer: Viewer) -> None:
    if viewer.role is not Role.SUPERVISOR:
        raise NotFound("no such page")
