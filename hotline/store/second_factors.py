"""Second factors of people: the sealed secret, the newest step taken, recovery codes."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from hotline.store import keys
from hotline.store.tables_admin import recovery_codes, second_factors
from hotline.store.transaction import Transaction

_PART = "second_factor"


async def of_person(
    tx: Transaction, person_id: int, *, lock: bool = False
) -> Row[Any] | None:
    """Return a person's factor, also one that no code confirmed yet, or None."""
    asked = select(second_factors).where(second_factors.c.person_id == person_id)
    return await tx.one(asked.with_for_update() if lock else asked)


async def is_set(tx: Transaction, person_id: int) -> bool:
    """Return whether a code is asked of a person who signs in."""
    row = await of_person(tx, person_id)
    return row is not None and row.confirmed_at is not None


async def begin(tx: Transaction, person_id: int, owner_id: int, secret: str) -> None:
    """Keep a fresh secret, sealed under a key of its own, in place of one never confirmed."""
    await remove(tx, person_id)
    key = await keys.create(tx, owner_id)
    await tx.run(
        insert(second_factors).values(
            person_id=person_id,
            owner_id=owner_id,
            sealed_secret=key.seal_text(_PART, secret),
            made_at=tx.now,
        )
    )


async def secret_of(tx: Transaction, row: Any) -> str:
    """Return the secret behind a row. Errors: Forgotten."""
    key = await keys.load_one(tx, row.owner_id)
    return key.open_text(_PART, row.sealed_secret)


async def take(tx: Transaction, person_id: int, step: int) -> None:
    """Note the step of a code that was right; the first one confirms the factor."""
    await tx.run(
        update(second_factors)
        .where(second_factors.c.person_id == person_id)
        .values(
            last_step=step,
            confirmed_at=func.coalesce(second_factors.c.confirmed_at, tx.now),
        )
    )


async def remove(tx: Transaction, person_id: int) -> bool:
    """Remove a factor with its key and recovery codes; return whether there was one."""
    row = await of_person(tx, person_id, lock=True)
    if row is None:
        return False
    mine = second_factors.c.person_id == person_id
    await tx.run(delete(second_factors).where(mine))
    await tx.run(delete(recovery_codes).where(recovery_codes.c.person_id == person_id))
    await keys.destroy(tx, [row.owner_id])
    return True


async def put_codes(tx: Transaction, person_id: int, hashes: Iterable[bytes]) -> None:
    """Keep fresh recovery codes in place of all before."""
    await tx.run(delete(recovery_codes).where(recovery_codes.c.person_id == person_id))
    rows = [{"person_id": person_id, "code_hash": one} for one in hashes]
    await tx.run(insert(recovery_codes), rows)


async def use_code(tx: Transaction, person_id: int, code_hash: bytes) -> bool:
    """Use up a recovery code; return whether it was one that nobody had used."""
    mine = recovery_codes.c.person_id == person_id
    fresh = recovery_codes.c.used_at.is_(None)
    used = await tx.run(
        update(recovery_codes)
        .where(mine, fresh, recovery_codes.c.code_hash == code_hash)
        .values(used_at=tx.now)
    )
    return used == 1


async def codes_left(tx: Transaction, person_id: int) -> int:
    """Return how many recovery codes a person has."""
    row = await tx.one(
        select(func.count())
        .select_from(recovery_codes)
        .where(recovery_codes.c.person_id == person_id, recovery_codes.c.used_at.is_(None))
    )
    return int(row[0]) if row else 0
