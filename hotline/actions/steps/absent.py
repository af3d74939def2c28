"""Step: absences that begin now: open pages of those people go to the next at once."""

from hotline.store import absences, pages
from hotline.store.transaction import Transaction


async def begin_absences(tx: Transaction) -> int:
    """Move on what waits for people whose absence has begun; return how many began.

    Each absence begins once; an outage only delays it.
    """
    begun = await absences.beginning(tx)
    for one in begun:
        await pages.hurry(tx, one.person_id)
    return len(begun)
