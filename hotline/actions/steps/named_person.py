"""Step: who acts on the command line, and what acting on models takes."""

from hotline.cases.terms import Role
from hotline.errors import NotAllowed, NotFound
from hotline.identity.viewer import Machine, Viewer
from hotline.runtime import Runtime
from hotline.store import people

COMMAND_LINE = Machine("command_line")
KEEPERS = (Role.SUPERVISOR, Role.ADMIN)  # of models: they see figures there, no content


async def person_named(rt: Runtime, username: str) -> Viewer:
    """Return the person that a command names with --as. Errors: NotFound."""
    async with rt.transaction(COMMAND_LINE) as tx:
        row = await people.by_username(tx, username)
        viewer = await people.viewer(tx, row.id) if row is not None else None
    if viewer is None:
        raise NotFound(f"there is no active user `{username}`", code="no_such_user")
    return viewer


def require_keeper(viewer: Viewer) -> None:
    """Do nothing for a supervisor or administrator. Errors: NotAllowed, NotFound."""
    if viewer.role in KEEPERS:
        return
    if viewer.at_111:
        raise NotAllowed("a supervisor or administrator does this")
    raise NotFound("no such page")
