"""Use cases: a person's own deadlines in their calendar, under an address that is a secret."""

import secrets
from collections.abc import Sequence
from typing import Any

from hotline.cases.terms import Role
from hotline.errors import NotFound
from hotline.identity.viewer import Machine, Viewer
from hotline.runtime import Runtime
from hotline.store import own_day, people

_READER = Machine("calendar")
_BYTES = 24  # of chance: nobody guesses an address


async def make_feed(rt: Runtime, viewer: Viewer) -> str:
    """Return a fresh secret, said this once; the address before it ends."""
    token = secrets.token_urlsafe(_BYTES)
    async with rt.transaction(viewer) as tx:
        await own_day.make_feed(tx, viewer.person_id, tx.sealer.token_hash(token))
        tx.record("calendar_made", data={"person": viewer.person_id})
    return token


async def end_feed(rt: Runtime, viewer: Viewer) -> None:
    """End the viewer's address."""
    async with rt.transaction(viewer) as tx:
        if await own_day.end_feed(tx, viewer.person_id):
            tx.record("calendar_ended", data={"person": viewer.person_id})


async def read_feed(rt: Runtime, token: str) -> tuple[Viewer, Sequence[Any]]:
    """Return whose calendar it is and their deadlines. Errors: NotFound for an address that
    was revoked, and for a person who is no longer active.
    """
    async with rt.transaction(_READER) as tx:
        owner = await own_day.feed_owner(tx, tx.sealer.token_hash(token))
        viewer = None if owner is None else await people.viewer(tx, owner)
        if viewer is None or viewer.role is Role.ADMIN:
            raise NotFound("no such calendar")
        return viewer, await own_day.deadlines(tx, viewer)
