"""Use case: the directory as tables, which `import_bodies` and `import_members` read again."""

from hotline.actions.steps.directory import known_to, need_keeper
from hotline.config.bodies_csv import write_bodies
from hotline.config.members_csv import MemberEntry, write_members
from hotline.identity.viewer import Actor
from hotline.runtime import Runtime
from hotline.store import bodies


async def export_bodies(rt: Runtime, actor: Actor) -> bytes:
    """Return every body as CSV. Errors: NotAllowed."""
    need_keeper(actor)
    async with rt.transaction(actor) as tx:
        return write_bodies(await known_to(tx))


async def export_members(rt: Runtime, actor: Actor) -> bytes:
    """Return who belongs to which body as CSV: user names only. Errors: NotAllowed."""
    need_keeper(actor)
    async with rt.transaction(actor) as tx:
        rows = await bodies.members(tx)
    return write_members(
        MemberEntry(
            "", row.body_id, row.username, row.position, tuple(row.languages), row.share
        )
        for row in rows
    )
