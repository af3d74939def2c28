"""Use case: the clock tells a commissioner of answers that did not come and days that did."""

from hotline.actions.step_oversight import standing_of
from hotline.cases.oversight import OversightTab, tab_of
from hotline.identity.viewer import SWEEP
from hotline.runtime import Runtime
from hotline.store import notices, oversight

_AT_ONCE = 100
KINDS = {
    OversightTab.OVERDUE: "oversight_overdue",
    OversightTab.FOLLOW_UP: "oversight_follow_up",
}


async def watch_oversight(rt: Runtime) -> int:
    """Leave a notice for every commissioner of the region; return how many rows were due."""
    async with rt.transaction(SWEEP) as tx:
        due = await oversight.take_due(tx, _AT_ONCE)
        for row in due:
            tab = tab_of(standing_of(row), tx.now)
            if tab not in KINDS:
                continue
            await oversight.note(tx, row.id, tab)
            for body_id in await oversight.offices(tx, row.region):
                notices.put(tx, body_id, KINDS[tab])
    return len(due)
