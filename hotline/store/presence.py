"""Who at 111 is doing what, and the ledger of spans behind it: one open span a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from hotline.cases.presence import Doing
from hotline.cases.terms import PresenceState
from hotline.store.tables import people
from hotline.store.tables_channels import presence, presence_spans
from hotline.store.transaction import Transaction


async def of_person(
    tx: Transaction, person_id: int, *, lock: bool = False
) -> Row[Any] | None:
    """Return what a person is doing, or None while they never said."""
    statement = select(presence).where(presence.c.person_id == person_id)
    return await tx.one(statement.with_for_update() if lock else statement)


async def hold(tx: Transaction, person_id: int) -> Row[Any]:
    """Return the person's row, locked; one that is `off` is made where there was none."""
    await tx.run(
        insert(presence)
        .values(person_id=person_id, state=PresenceState.OFF, since=tx.now)
        .on_conflict_do_nothing()
    )
    row = await of_person(tx, person_id, lock=True)
    if row is None:
        raise RuntimeError("a row that was made is not there")
    return row


async def change(
    tx: Transaction,
    row: Row[Any],
    doing: Doing,
    *,
    until: datetime | None = None,
    reason: str | None = None,
) -> None:
    """Let the person of `row`, which is locked, do something else: one span ends, one begins.

    A clock that jumped back makes a span of no length, never one that overlaps.
    """
    at = max(tx.now, row.since)
    await tx.run(
        update(presence)
        .where(presence.c.person_id == row.person_id)
        .values(
            state=doing.state, since=at, call_id=doing.call_id, until=until, reason=reason
        )
    )
    await tx.run(
        update(presence_spans)
        .where(
            presence_spans.c.person_id == row.person_id, presence_spans.c.to_at.is_(None)
        )
        .values(to_at=at)
    )
    span = {"person_id": row.person_id, "state": doing.state, "from_at": at}
    await tx.run(insert(presence_spans).values(**span, reason=reason))


async def put_off(tx: Transaction, person_id: int, until: datetime) -> None:
    """Let the writing-up of a call last until another moment."""
    await tx.run(
        update(presence).where(presence.c.person_id == person_id).values(until=until)
    )


async def set_extension(tx: Transaction, person_id: int, extension: str | None) -> bool:
    """Give a person the telephone of their desk; return False when somebody is at it now.

    Desks are shared: whoever is off gives the telephone up.
    """
    if extension is not None:
        await tx.run(
            update(presence)
            .where(
                presence.c.extension == extension,
                presence.c.person_id != person_id,
                presence.c.state == PresenceState.OFF,
            )
            .values(extension=None)
        )
        holder = await tx.one(
            select(presence.c.person_id).where(
                presence.c.extension == extension, presence.c.person_id != person_id
            )
        )
        if holder is not None:
            return False
    await tx.run(
        update(presence)
        .where(presence.c.person_id == person_id)
        .values(extension=extension)
    )
    return True


async def person_at(tx: Transaction, named: str) -> int | None:
    """Return who at 111 a PBX means by `named`: an extension, or a user name."""
    row = await tx.one(
        select(people.c.id)
        .outerjoin(presence, presence.c.person_id == people.c.id)
        .where(
            people.c.active,
            people.c.role.in_(("operator", "supervisor")),
            or_(
                presence.c.extension == named,
                func.lower(people.c.username) == named.lower(),
            ),
        )
        .order_by((presence.c.extension == named).desc().nulls_last())
        .limit(1)
    )
    return None if row is None else int(row.id)


async def ready(tx: Transaction) -> Sequence[Row[Any]]:
    """Return who may be given a call (person_id, extension), the longest ready first."""
    return await tx.rows(
        select(presence.c.person_id, presence.c.extension, presence.c.since)
        .join(people, people.c.id == presence.c.person_id)
        .where(
            presence.c.state == PresenceState.READY,
            presence.c.extension.is_not(None),
            people.c.active,
        )
        .order_by(presence.c.since, presence.c.person_id)
    )


async def run_out(tx: Transaction, longest_since: datetime) -> Sequence[Row[Any]]:
    """Return, locked, whose writing-up has ended or who said nothing since `longest_since`."""
    waits = presence.c.state.in_((PresenceState.READY, PresenceState.PAUSE))
    return await tx.rows(
        select(presence)
        .where(
            or_(
                and_(presence.c.state == PresenceState.WRAP_UP, presence.c.until <= tx.now),
                and_(waits, presence.c.since <= longest_since),
            )
        )
        .order_by(presence.c.person_id)
        .with_for_update(skip_locked=True)
    )


async def everybody(tx: Transaction) -> Sequence[Row[Any]]:
    """Return who at 111 is not off, with their names; who talks first, then the longest."""
    return await tx.rows(
        select(presence, people.c.display_name, people.c.username)
        .join(people, people.c.id == presence.c.person_id)
        .where(presence.c.state != PresenceState.OFF)
        .order_by(presence.c.state == PresenceState.PAUSE, presence.c.since)
    )
