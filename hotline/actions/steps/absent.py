"""Step: absences that begin now: what waits for those people goes to the next at once."""

from hotline.actions.steps.reassign import reroute_absent
from hotline.runtime import Runtime
from hotline.store import absences, pages
from hotline.store.transaction import Transaction


async def begin_absences(rt: Runtime, tx: Transaction) -> int:
    """Move on what waits for people whose absence has begun; return how many began.

    Each absence begins once; an outage only delays it.
    """
    begun = await absences.beginning(tx)
    for one in begun:
        await pages.hurry(tx, one.person_id)
        await reroute_absent(rt, tx, one.person_id)
    return len(begun)
