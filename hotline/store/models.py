"""Models learned at the desk and what people did with them. Lists leave the weights out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from hotline.errors import NotFound
from hotline.store.tables import model_acts, models, people
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View

SHOWN = 50  # models on a page; older ones stay in the table
_BRIEF = [column for column in models.c if column.name != "weights"]


class ModelView(View, frozen=True):
    """One model. `compared`: the figures of the last comparison, None before there is one."""

    version: str
    base_version: str
    state: str
    examples: int
    replayed: int
    made_at: datetime
    made_by: str
    proposed_by: str | None
    enabled_by: str | None
    enabled_at: datetime | None
    compared: dict[str, Any] | None


class ModelPage(View, frozen=True):
    """The models, newest first. `running` None: the shipped one works alone."""

    running: str | None
    items: tuple[ModelView, ...]


async def add(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Keep a new candidate; return its id."""
    row = await tx.one(insert(models).values(dict(values)).returning(models.c.id))
    if row is None:
        raise RuntimeError("a model was not stored")
    return int(row.id)


async def find(tx: Transaction, version: str, *, lock: bool = False) -> Row[Any] | None:
    """Return a model without its weights, or None."""
    statement = select(*_BRIEF).where(models.c.model_version == version)
    return await tx.one(statement.with_for_update() if lock else statement)


async def by_version(tx: Transaction, version: str, *, lock: bool = False) -> Row[Any]:
    """Return a model without its weights. Errors: NotFound."""
    found = await find(tx, version, lock=lock)
    if found is None:
        raise NotFound("no such model")
    return found


async def running(tx: Transaction, *, lock: bool = False) -> Row[Any] | None:
    """Return the enabled model, or None; one read of a tiny index."""
    statement = select(*_BRIEF).where(models.c.state == "enabled")
    return await tx.one(statement.with_for_update() if lock else statement)


async def weights(tx: Transaction, version: str) -> bytes:
    """Return the packed weights of a model. Errors: NotFound."""
    row = await tx.one(select(models.c.weights).where(models.c.model_version == version))
    if row is None:
        raise NotFound("no such model")
    return bytes(row.weights)


async def change(tx: Transaction, model_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a model; its weights cannot be."""
    await tx.run(update(models).where(models.c.id == model_id).values(**dict(values)))


async def lock_all(tx: Transaction) -> None:
    """Wait until nobody else enables or rolls back a model."""
    await tx.rows(select(models.c.id).order_by(models.c.id).with_for_update())


def act(
    tx: Transaction, model_id: int | None, event: str, data: Mapping[str, Any] | None = None
) -> None:
    """Note what the acting person did with a model; figures and codes only."""
    person = tx.actor.person_id
    known = {"model_id": model_id, "person_id": person, "event": event}
    tx.append(model_acts, {**known, "data": dict(data or {})})


async def last_comparison(tx: Transaction, model_id: int) -> dict[str, Any] | None:
    """Return the figures of a model's last comparison, or None."""
    return await _last(tx, model_id, "compared")


async def doubted(tx: Transaction, model_id: int) -> set[str]:
    """Return which labels that a model learned from could not be believed."""
    told = await _last(tx, model_id, "trained") or {}
    return {name for name, one in told.get("beliefs", {}).items() if one["doubtful"]}


async def _last(tx: Transaction, model_id: int, event: str) -> dict[str, Any] | None:
    row = await tx.one(
        select(model_acts.c.data)
        .where(model_acts.c.model_id == model_id, model_acts.c.event == event)
        .order_by(model_acts.c.id.desc())
        .limit(1)
    )
    return None if row is None else dict(row.data)


async def listed(tx: Transaction) -> ModelPage:
    """Return the newest models with who made, proposed and enabled them."""
    rows = await tx.rows(select(*_BRIEF).order_by(models.c.id.desc()).limit(SHOWN))
    ids = {row.made_by for row in rows} | {row.proposed_by for row in rows}
    names = await _names(tx, ids | {row.enabled_by for row in rows})
    now = await running(tx)
    return ModelPage(
        running=now.model_version if now else None,
        items=tuple([_view(row, names, await last_comparison(tx, row.id)) for row in rows]),
    )


async def _names(tx: Transaction, ids: set[int | None]) -> dict[int | None, str]:
    wanted: Sequence[int] = [one for one in ids if one is not None]
    rows = await tx.rows(
        select(people.c.id, people.c.username).where(people.c.id.in_(wanted))
    )
    return {row.id: row.username for row in rows}


def _view(
    row: Row[Any], names: Mapping[int | None, str], compared: dict[str, Any] | None
) -> ModelView:
    same = "base_version state examples replayed made_at enabled_at"
    return ModelView(
        **{name: getattr(row, name) for name in same.split()},
        version=row.model_version,
        made_by=names.get(row.made_by, "?"),
        proposed_by=names.get(row.proposed_by),
        enabled_by=names.get(row.enabled_by),
        compared=compared,
    )
