"""Where partners want to be told, and every event that was or is to be told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, exists, insert, select, update

from hotline.cases.terms import JobName
from hotline.store import keys
from hotline.store.tables import outbox
from hotline.store.tables_channels import deliveries, hooks
from hotline.store.transaction import Transaction

_MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Opened:
    """A hook with its address and secrets, newest secret first."""

    id: int
    partner: str
    state: str
    address: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


async def add(
    tx: Transaction, hook_id: int, partner: str, address: str, secret: str
) -> None:
    """Insert one hook, sealed under a key of its own."""
    key = await keys.create(tx, hook_id)
    await tx.run(
        insert(hooks).values(
            id=hook_id,
            partner=partner,
            events=["report.moved"],
            state="active",
            made_at=tx.now,
            made_by=tx.actor.person_id,
            sealed_address=key.seal_text("address", address),
            sealed_secrets=key.seal_text("secrets", json.dumps([secret])),
        )
    )


async def every(tx: Transaction) -> Sequence[Row[Any]]:
    """Return every hook, newest first."""
    return await tx.rows(select(hooks).order_by(hooks.c.id.desc()))


async def lock(tx: Transaction, hook_id: int) -> Row[Any] | None:
    """Return one hook, locked."""
    return await tx.one(select(hooks).where(hooks.c.id == hook_id).with_for_update())


async def opened(tx: Transaction, rows: Sequence[Row[Any]]) -> dict[int, Opened]:
    """Return hooks with their addresses and secrets, by id."""
    owners = await keys.load(tx, {row.id for row in rows})
    return {
        row.id: Opened(
            row.id,
            row.partner,
            row.state,
            owners[row.id].open_text("address", row.sealed_address),
            tuple(json.loads(owners[row.id].open_text("secrets", row.sealed_secrets))),
        )
        for row in rows
        if row.id in owners
    }


async def keep_secrets(tx: Transaction, hook_id: int, secrets: Sequence[str]) -> None:
    """Seal other secrets for a hook, newest first."""
    key = await keys.load_one(tx, hook_id)
    sealed = key.seal_text("secrets", json.dumps(list(secrets)))
    await tx.run(update(hooks).where(hooks.c.id == hook_id).values(sealed_secrets=sealed))


async def set_state(
    tx: Transaction, hook_id: int, state: str, reason: str | None = None
) -> None:
    """Switch a hook on or off; what waits for one that is off waits no more."""
    off = state != "active"
    await tx.run(
        update(hooks)
        .where(hooks.c.id == hook_id)
        .values(state=state, reason=reason, disabled_at=tx.now if off else None)
    )
    if off:
        await tx.run(
            update(deliveries)
            .where(deliveries.c.hook_id == hook_id, deliveries.c.state == "queued")
            .values(state="dead", reason=reason or "disabled", next_at=None)
        )


async def to_deliver(
    tx: Transaction, ids: Sequence[int], *, lock_rows: bool = False
) -> Sequence[Row[Any]]:
    """Return those of `ids` that are still to be delivered, in order of id."""
    statement = (
        select(deliveries)
        .where(deliveries.c.id.in_(ids), deliveries.c.state == "queued")
        .order_by(deliveries.c.id)
    )
    return await tx.rows(statement.with_for_update() if lock_rows else statement)


async def of_ids(tx: Transaction, ids: set[int]) -> Sequence[Row[Any]]:
    """Return hooks by id."""
    return await tx.rows(select(hooks).where(hooks.c.id.in_(ids)))


async def book(tx: Transaction, delivery_id: int, values: Mapping[str, Any]) -> None:
    """Write how an attempt went."""
    await tx.run(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(attempts=deliveries.c.attempts + 1, **values)
    )


async def due(tx: Transaction, limit: int) -> list[int]:
    """Return deliveries whose next attempt is due and promised to nobody, locked."""
    promised = exists().where(
        outbox.c.job == JobName.DELIVER_HOOK,
        outbox.c.subject_id == deliveries.c.id,
        outbox.c.done_at.is_(None),
        outbox.c.dead_at.is_(None),
    )
    rows = await tx.rows(
        select(deliveries.c.id)
        .where(deliveries.c.state == "queued", deliveries.c.next_at <= tx.now, ~promised)
        .order_by(deliveries.c.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [row.id for row in rows]


async def again(tx: Transaction, delivery_id: int) -> bool:
    """Let a person's wish send one event again, whatever became of it."""
    found = await tx.run(
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state != "queued")
        .values(state="queued", attempts=0, next_at=tx.now, reason=None, status=None)
    )
    return bool(found)


async def log(
    tx: Transaction, hook_id: int, before: int | None = None
) -> Sequence[Row[Any]]:
    """Return the newest events of a hook, newest first."""
    wanted = [deliveries.c.hook_id == hook_id]
    if before is not None:
        wanted.append(deliveries.c.id < before)
    return await tx.rows(
        select(deliveries)
        .where(*wanted)
        .order_by(deliveries.c.id.desc())
        .limit(_MOST_SHOWN)
    )
