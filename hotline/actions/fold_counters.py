"""Use case (the sweep): fold what statements counted into the counters."""

from hotline.identity.viewer import SWEEP
from hotline.runtime import Runtime
from hotline.store import counters


async def fold_counters(rt: Runtime) -> None:
    """Fold counting differences. Period: once a second; any number at once."""
    async with rt.transaction(SWEEP) as tx:
        await counters.fold(tx)
