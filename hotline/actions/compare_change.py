"""Use case: what a change was made for, what it wants, and what stands by now, side by side."""

from hotline.actions.change_kinds import KINDS
from hotline.actions.make_change import DECIDERS
from hotline.errors import NotFound
from hotline.identity.changes import Moved, Values, mark, moved
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import changes


async def compare_change(rt: Runtime, viewer: Viewer, change_id: int) -> list[Moved]:
    """Return the values of a proposed change that somebody moved since. Errors: NotFound."""
    if viewer.role not in DECIDERS:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        change = await changes.one(tx, change_id)
        if change.what not in KINDS:
            return []
        now = await KINDS[change.what].read(rt, tx, change.key)
    return moved(change.before, change.after, now)


async def compare_seen(
    rt: Runtime, viewer: Viewer, what: str, key: str, after: Values, *, seen: str
) -> list[Moved]:
    """Return the values that were moved since a page with the mark `seen` was looked at.

    What stood there then is what a change of it began with; nothing where none did.
    Errors: NotFound.
    """
    if viewer.role not in DECIDERS:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        now = await KINDS[what].read(rt, tx, key)
        rows = await changes.listed(tx, what=what, key=key)
    old = next((row.before for row in rows if mark(row.before) == seen), None)
    return [] if old is None else moved(old, {**old, **after}, now)
