"""Versioned changes of administration, newest first; what was decided is never altered."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, text, update

from hotline.errors import NotFound
from hotline.store.tables import people
from hotline.store.tables_admin import changes
from hotline.store.transaction import Transaction

SHOWN = 50
WAITING, MADE, DECLINED, STALE = "waiting", "made", "declined", "stale"


async def lock(tx: Transaction) -> None:
    """Let nobody else change what administration keeps until the commit."""
    await tx.run(text("SELECT pg_advisory_xact_lock(1110017)"))


async def add(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Add a change that the actor proposes; return its id."""
    row = await tx.one(
        insert(changes)
        .values(proposed_at=tx.now, proposed_by=tx.actor.person_id, **dict(values))
        .returning(changes.c.id)
    )
    if row is None:
        raise RuntimeError("a change was not stored")
    tx.record("change_noted", data={"change": int(row.id), "state": values["state"]})
    return int(row.id)


async def one(tx: Transaction, change_id: int) -> Row[Any]:
    """Return a change. Errors: NotFound."""
    row = await tx.one(select(changes).where(changes.c.id == change_id))
    if row is None:
        raise NotFound("no such change")
    return row


async def waiting(tx: Transaction, what: str, key: str) -> Row[Any] | None:
    """Return the change of a thing that waits for a second person, or None."""
    return await tx.one(
        select(changes).where(
            changes.c.what == what, changes.c.key == key, changes.c.state == WAITING
        )
    )


async def decide(tx: Transaction, change_id: int, state: str) -> None:
    """Say what became of a change that waits, by the actor."""
    decided = {"state": state, "decided_at": tx.now, "decided_by": tx.actor.person_id}
    await tx.run(update(changes).where(changes.c.id == change_id).values(**decided))
    tx.record("change_decided", data={"change": change_id, "state": state})


async def listed(
    tx: Transaction, *, before: int | None = None, **wanted: Any
) -> Sequence[Row[Any]]:
    """Return changes with the names of who proposed and decided, newest first.

    `wanted`: values of columns; None asks for nothing. `before`: an id, to go on from.
    """
    proposer, decider = people.alias("proposer"), people.alias("decider")
    undoing = changes.alias("undoing")
    asked = [changes.c[name] == value for name, value in wanted.items() if value]
    if before is not None:
        asked.append(changes.c.id < before)
    undone_by = (
        select(undoing.c.id)
        .where(undoing.c.undoes == changes.c.id, undoing.c.state.in_((WAITING, MADE)))
        .limit(1)
        .scalar_subquery()
    )
    return await tx.rows(
        select(
            changes,
            proposer.c.display_name.label("proposer"),
            decider.c.display_name.label("decider"),
            undone_by.label("undone_by"),
        )
        .join(proposer, proposer.c.id == changes.c.proposed_by)
        .outerjoin(decider, decider.c.id == changes.c.decided_by)
        .where(*asked)
        .order_by(changes.c.id.desc())
        .limit(SHOWN + 1)
    )
