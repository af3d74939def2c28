"""Use case: know and note how far a mailbox has been read."""

from hotline.identity.viewer import INTAKE
from hotline.runtime import Runtime
from hotline.store import mailboxes
from hotline.store.mailboxes import Cursor


async def read_until(rt: Runtime, name: str) -> Cursor | None:
    """Return how far `name` has been read; None: never. Errors: Unavailable."""
    async with rt.transaction(INTAKE) as tx:
        return await mailboxes.cursor(tx, name)


async def note_read(rt: Runtime, name: str, to: Cursor) -> None:
    """Note that all up to `to` was looked at. Errors: Unavailable."""
    async with rt.transaction(INTAKE) as tx:
        await mailboxes.advance(tx, name, to)
