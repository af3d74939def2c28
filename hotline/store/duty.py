"""The duty roster: shifts of people for bodies, and the ways in which a person is woken."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, text, update

from hotline.cases.terms import BodyId, PersonId
from hotline.i18n import alphabetical
from hotline.store import bodies, keys
from hotline.store.tables import bodies as bodies_table
from hotline.store.tables import memberships, people, sessions
from hotline.store.tables_routing import duty_shifts, reach_ways
from hotline.store.transaction import Transaction

_ADDRESS = "address"


async def on_shift(
    tx: Transaction, body_ids: Collection[str]
) -> dict[BodyId, tuple[PersonId, ...]]:
    """Return who has a shift now for each body, by rank; active members only."""
    rows = await tx.rows(
        select(duty_shifts.c.body_id, duty_shifts.c.person_id)
        .join(people, people.c.id == duty_shifts.c.person_id)
        .join(
            memberships,
            (memberships.c.person_id == duty_shifts.c.person_id)
            & (memberships.c.body_id == duty_shifts.c.body_id),
        )
        .where(
            duty_shifts.c.body_id.in_(sorted(body_ids)),
            duty_shifts.c.cancelled_at.is_(None),
            duty_shifts.c.from_at <= tx.now,
            duty_shifts.c.to_at > tx.now,
            people.c.active,
            bodies.current(tx),
        )
        .order_by(duty_shifts.c.body_id, duty_shifts.c.rank, duty_shifts.c.id)
    )
    found: dict[BodyId, tuple[PersonId, ...]] = {}
    for row in rows:
        body = BodyId(row.body_id)
        found[body] = (*found.get(body, ()), PersonId(row.person_id))
    return found


async def shifts(
    tx: Transaction, body_id: str, since: datetime, until: datetime
) -> Sequence[Row[Any]]:
    """Return the shifts of a body that touch the span, in order of time and rank."""
    return await tx.rows(
        select(duty_shifts, people.c.username, people.c.display_name)
        .join(people, people.c.id == duty_shifts.c.person_id)
        .where(
            duty_shifts.c.body_id == body_id,
            duty_shifts.c.cancelled_at.is_(None),
            duty_shifts.c.to_at > since,
            duty_shifts.c.from_at < until,
        )
        .order_by(duty_shifts.c.from_at, duty_shifts.c.rank, duty_shifts.c.id)
    )


async def shift(tx: Transaction, shift_id: int) -> Row[Any] | None:
    """Return a shift that was not cancelled, locked, or None."""
    return await tx.one(
        select(duty_shifts)
        .where(duty_shifts.c.id == shift_id, duty_shifts.c.cancelled_at.is_(None))
        .with_for_update()
    )


async def add_shifts(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Add shifts; return their ids."""
    if not rows:
        return []
    fresh = [{"made_at": tx.now, "made_by": tx.actor.person_id, **row} for row in rows]
    statement = insert(duty_shifts).returning(duty_shifts.c.id)
    return [int(row.id) for row in await tx.rows(statement, fresh)]


async def cancel_shift(tx: Transaction, shift_id: int) -> None:
    """Take a shift out of the roster; its row stays."""
    await tx.run(
        update(duty_shifts).where(duty_shifts.c.id == shift_id).values(cancelled_at=tx.now)
    )


async def add_way(
    tx: Transaction, way_id: int, person_id: int, *, kind: str, rank: int, address: str
) -> None:
    """Keep a way of waking a person; the address is sealed under a key of its own."""
    key = await keys.create(tx, way_id)
    await tx.run(
        insert(reach_ways).values(
            id=way_id,
            person_id=person_id,
            kind=kind,
            rank=rank,
            sealed_address=key.seal_text(_ADDRESS, address),
            added_at=tx.now,
        )
    )


async def ways_of(tx: Transaction, person_ids: Collection[int]) -> Sequence[Row[Any]]:
    """Return the ways that hold now, in the order in which they are tried; sealed."""
    return await tx.rows(
        select(reach_ways)
        .where(
            reach_ways.c.person_id.in_(sorted(person_ids)), reach_ways.c.ended_at.is_(None)
        )
        .order_by(reach_ways.c.person_id, reach_ways.c.rank, reach_ways.c.id)
    )


async def end_way(tx: Transaction, way_id: int, person_id: int) -> bool:
    """End a way and destroy its key; return whether there was one."""
    ended = await tx.run(
        update(reach_ways)
        .where(
            reach_ways.c.id == way_id,
            reach_ways.c.person_id == person_id,
            reach_ways.c.ended_at.is_(None),
        )
        .values(ended_at=tx.now)
    )
    if ended:
        await keys.destroy(tx, [way_id])
    return bool(ended)


async def addresses(
    tx: Transaction, ways: Sequence[Row[Any]]
) -> dict[int, tuple[tuple[str, str], ...]]:
    """Return (kind, open address) by person, in order. For sending only: never logged."""
    opened = await keys.load(tx, [way.id for way in ways])
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for way in ways:
        if way.id in opened:
            address = opened[way.id].open_text(_ADDRESS, way.sealed_address)
            found[way.person_id] = (
                *found.get(way.person_id, ()),
                (str(way.kind), address),
            )
    return found


async def at_console(
    tx: Transaction, person_ids: Collection[int], *, within: timedelta
) -> frozenset[int]:
    """Return who of them has a browser open that spoke to us within so long."""
    rows = await tx.rows(
        select(sessions.c.person_id)
        .where(
            sessions.c.person_id.in_(sorted(person_ids)),
            sessions.c.seen_at > tx.now - within,
            sessions.c.expires_at > tx.now,
        )
        .distinct()
    )
    return frozenset(int(row.person_id) for row in rows)


async def lock_roster(tx: Transaction, body_id: str) -> None:
    """Let nobody else plan this body's duty until the commit: overlaps are refused."""
    await tx.run(
        text("SELECT pg_advisory_xact_lock(1110007, hashtext(:body))"), {"body": body_id}
    )


async def positions(tx: Transaction, person_id: int) -> dict[str, str]:
    """Return a person's position in each of their bodies now."""
    rows = await tx.rows(
        select(memberships.c.body_id, memberships.c.position).where(
            memberships.c.person_id == person_id, bodies.current(tx)
        )
    )
    return {row.body_id: row.position for row in rows}


async def person_by_id(tx: Transaction, person_id: int) -> Row[Any] | None:
    """Return a person's row, or None."""
    return await tx.one(select(people).where(people.c.id == person_id))


async def colleagues(tx: Transaction, body_id: str) -> Sequence[Row[Any]]:
    """Return who belongs to a body now, by name: who may be put on its roster."""
    found = await tx.rows(
        select(people.c.id, people.c.username, people.c.display_name)
        .join(memberships, memberships.c.person_id == people.c.id)
        .where(memberships.c.body_id == body_id, people.c.active, bodies.current(tx))
        .order_by(people.c.id)
    )
    return sorted(found, key=lambda one: alphabetical(one.display_name))


async def has_login(tx: Transaction, body_id: str) -> bool:
    """Return whether a body's people work in the console themselves."""
    table = bodies_table
    row = await tx.one(select(table.c.has_login).where(table.c.id == body_id))
    return row is None or bool(row.has_login)


async def without_login(tx: Transaction, body_ids: Collection[str]) -> frozenset[str]:
    """Return those of the bodies whose people do not work in the console."""
    table = bodies_table
    rows = await tx.rows(
        select(table.c.id).where(
            table.c.id.in_(sorted(body_ids)), table.c.has_login.is_(False)
        )
    )
    return frozenset(row.id for row in rows)
