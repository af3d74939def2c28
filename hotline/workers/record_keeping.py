"""Duties of the supervisor for the records: sealing the log, destroying what has had its time."""

import asyncio

from hotline.actions.keep_and_delete import keep_and_delete
from hotline.actions.seal_audit import look_for_seals, seal_audit
from hotline.runtime import Runtime

_SEAL_S = 60.0
_LOOK_S = 600.0  # whether the time for destroying keys has come


async def seal_log(rt: Runtime) -> None:
    """Once a minute seal what had been written a minute before."""
    seen = await look_for_seals(rt)
    await asyncio.sleep(_SEAL_S)
    await seal_audit(rt, seen)


async def keep_records(rt: Runtime) -> None:
    """Now and again destroy what is due; it comes due once in hours."""
    await keep_and_delete(rt)
    await asyncio.sleep(_LOOK_S)
