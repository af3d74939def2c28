"""Owners' keys in the schema `keyring`."""

from collections.abc import Iterable

from sqlalchemy import insert, select, update

from hotline.store.sealing import Forgotten, OwnerKey
from hotline.store.tables import keys
from hotline.store.transaction import Transaction


async def create(tx: Transaction, owner_id: int) -> OwnerKey:
    """Return a fresh key for `owner_id`, stored wrapped."""
    key, wrapped = tx.sealer.new_key(owner_id)
    await tx.run(insert(keys).values(owner_id=owner_id, wrapped=wrapped))
    tx.made_keys[owner_id] = key
    return key


async def load(tx: Transaction, owner_ids: Iterable[int]) -> dict[int, OwnerKey]:
    """Return the keys of those owners that were not forgotten."""
    wanted = list(owner_ids)
    if not wanted:
        return {}
    found = await tx.rows(
        select(keys.c.owner_id, keys.c.wrapped).where(
            keys.c.owner_id.in_(wanted), keys.c.wrapped.is_not(None)
        )
    )
    return {row.owner_id: tx.sealer.open_key(row.owner_id, row.wrapped) for row in found}


async def load_one(tx: Transaction, owner_id: int) -> OwnerKey:
    """Return the owner's key. Errors: Forgotten."""
    made = tx.made_keys.get(owner_id)
    if made is not None:
        return made
    found = await load(tx, [owner_id])
    if owner_id not in found:
        raise Forgotten("this person was forgotten")
    return found[owner_id]


async def destroy(tx: Transaction, owner_ids: Iterable[int]) -> int:
    """Destroy keys for good; return how many there were."""
    gone = list(owner_ids)
    for owner_id in gone:
        tx.made_keys.pop(owner_id, None)
    return await tx.run(
        update(keys)
        .where(keys.c.owner_id.in_(gone), keys.c.wrapped.is_not(None))
        .values(wrapped=None, destroyed_at=tx.now)
    )
