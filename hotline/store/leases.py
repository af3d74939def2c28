"""Leases: one process reads one mailbox or follows one telephone line; a silent one loses it."""

from datetime import timedelta

from sqlalchemy import delete, or_
from sqlalchemy.dialects.postgresql import insert

from hotline.store.tables_channels import leases
from hotline.store.transaction import Transaction

# Clocks of machines differ by less. A lease of so long was taken before a clock was put back:
# whoever still lives renews it in a moment, and whoever died must not hold it for an hour.
_SKEW = timedelta(minutes=5)


async def take(tx: Transaction, name: str, process: str, span: timedelta) -> bool:
    """Take or keep the lease `name` for `span`; return whether `process` holds it."""
    row = insert(leases).values(name=name, process=process, until=tx.now + span)
    mine_or_over = or_(
        leases.c.process == process,
        leases.c.until <= tx.now,
        leases.c.until > tx.now + span + _SKEW,
    )
    taken = row.on_conflict_do_update(
        index_elements=["name"],
        set_={"process": process, "until": tx.now + span},
        where=mine_or_over,
    ).returning(leases.c.name)
    return await tx.one(taken) is not None


async def give_back(tx: Transaction, name: str, process: str) -> None:
    """End the lease `name`, if `process` holds it: the next one need not wait."""
    await tx.run(delete(leases).where(leases.c.name == name, leases.c.process == process))
