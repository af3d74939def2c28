"""Use case: what was taken away from which role."""

from hotline.actions.make_change import DECIDERS
from hotline.cases.terms import Role
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import rights


async def show_rights(rt: Runtime, viewer: Viewer) -> dict[str, frozenset[str]]:
    """Return the moves that each role may not make. Errors: NotFound."""
    if viewer.role not in DECIDERS:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        return {role: frozenset(await rights.taken_from(tx, role)) for role in Role}
