"""Repeated writes: the first run of a key is the only one. Keys are kept as keyed hashes."""

from datetime import timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from hotline.errors import HotlineError
from hotline.store.tables import idempotency
from hotline.store.transaction import Transaction

RUNNING = 0  # stands in `status` while the first run is under way
LEASE = timedelta(seconds=60)  # a run that has not ended by then was cut off
KEPT = timedelta(hours=24)


class KeyReused(HotlineError):
    """The same Idempotency-Key came with another request."""

    status = 422
    code = "idempotency_key_reused"


class StillRunning(HotlineError):
    """The first request with this Idempotency-Key has not been answered yet."""

    status = 409
    code = "idempotency_key_in_use"


async def begin(
    tx: Transaction, person_id: int, key: str, fingerprint: bytes
) -> tuple[int, str | None] | None:
    """Return (status, number) of an earlier answer, or None when this is the first run.

    Errors: KeyReused, StillRunning.
    """
    mine = (idempotency.c.person_id == person_id, idempotency.c.key == key)
    over = or_(
        idempotency.c.at < tx.now - KEPT,
        (idempotency.c.status == RUNNING) & (idempotency.c.at < tx.now - LEASE),
    )
    await tx.run(delete(idempotency).where(*mine, over))
    taken = await tx.run(
        insert(idempotency)
        .values(
            person_id=person_id, key=key, fingerprint=fingerprint, status=RUNNING, at=tx.now
        )
        .on_conflict_do_nothing()
    )
    if taken:
        return None
    row = await tx.one(select(idempotency).where(*mine))
    if row is None or row.status == RUNNING:
        raise StillRunning("the first request with this key is under way", retry_after=1)
    if row.fingerprint != fingerprint:
        raise KeyReused("this Idempotency-Key was used for another request")
    return row.status, row.case_number


async def end(
    tx: Transaction, person_id: int, key: str, status: int, number: str | None
) -> None:
    """Keep what was answered; the content is read anew when the request comes again."""
    await tx.run(
        update(idempotency)
        .where(idempotency.c.person_id == person_id, idempotency.c.key == key)
        .values(status=status, case_number=number)
    )


async def drop(tx: Transaction, person_id: int, key: str) -> None:
    """Forget a run that changed nothing, so that a corrected request may use the key."""
    await tx.run(
        delete(idempotency).where(
            idempotency.c.person_id == person_id, idempotency.c.key == key
        )
    )
