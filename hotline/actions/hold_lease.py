"""Use case: one process at a time reads a mailbox or follows a telephone line."""

from datetime import timedelta

from hotline.identity.viewer import INTAKE
from hotline.runtime import Runtime
from hotline.store import leases


async def hold_lease(rt: Runtime, name: str, process: str, span: timedelta) -> bool:
    """Take or keep the lease; return whether `process` holds it now. Errors: Unavailable."""
    async with rt.transaction(INTAKE) as tx:
        return await leases.take(tx, name, process, span)


async def end_lease(rt: Runtime, name: str, process: str) -> None:
    """Let the next process begin at once. Errors: Unavailable."""
    async with rt.transaction(INTAKE) as tx:
        await leases.give_back(tx, name, process)
