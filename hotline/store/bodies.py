"""The directory of bodies: seeded from config/bodies.yaml, kept in the database."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, and_, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.terms import BodyId, BodyKind, PersonId
from hotline.config.calendar import Hours
from hotline.routing.directory import Body, Directory, Member
from hotline.store.tables import bodies, memberships, people, referrals
from hotline.store.transaction import Transaction

CONFIG, BY_HAND = "config", "import"  # who says what a row holds
_OPEN = ("proposed", "offered", "accepted")
_HEADS_FIRST = {"head": 0, "deputy": 1}


async def directory(tx: Transaction) -> Directory:
    """Return every body in order of id, and its people: two statements, however many."""
    rows = await tx.rows(select(bodies).order_by(bodies.c.id))
    listed = tuple(_body(row) for row in rows)
    version = hashlib.sha256(repr(listed).encode()).hexdigest()[:12]
    return Directory(listed, version, await _people(tx))


def _body(row: Row[Any]) -> Body:
    return Body(
        BodyId(row.id),
        BodyKind(row.kind),
        row.region,
        row.valid_from,
        row.valid_to,
        row.status,
        row.district,
        BodyId(row.parent_id) if row.parent_id else None,
        tuple(row.languages),
        row.children,
        row.capacity,
        row.has_login,
        row.phone,
        hours_in(row),
    )


def hours_in(row: Row[Any]) -> Hours | None:
    """Return a body's own hours; None where it keeps the common ones."""
    return None if row.hours is None else msgspec.convert(row.hours, Hours)


async def _people(tx: Transaction) -> dict[BodyId, tuple[Member, ...]]:
    """Return the active people of every body, heads first."""
    rows = await tx.rows(
        select(
            memberships.c.body_id,
            memberships.c.person_id,
            memberships.c.position,
            people.c.languages,
            people.c.share,
        )
        .join(people, people.c.id == memberships.c.person_id)
        .where(people.c.active, current(tx))
    )
    found: dict[BodyId, list[Member]] = {}
    for row in rows:
        member = Member(
            PersonId(row.person_id), row.position, tuple(row.languages), row.share
        )
        found.setdefault(BodyId(row.body_id), []).append(member)
    return {
        body: tuple(sorted(members, key=lambda one: (_rank(one), one.person)))
        for body, members in found.items()
    }


def _rank(member: Member) -> int:
    return _HEADS_FIRST.get(member.position, len(_HEADS_FIRST))


def current(tx: Transaction) -> ColumnElement[bool]:
    """Return whether a membership holds now: it has begun and has not ended."""
    begun = or_(memberships.c.from_at.is_(None), memberships.c.from_at <= tx.now)
    lasts = or_(memberships.c.ended_at.is_(None), memberships.c.ended_at > tx.now)
    return and_(begun, lasts)


async def lock(tx: Transaction) -> None:
    """Let nobody else change the directory until the commit: it is checked as a whole."""
    await tx.run(text("SELECT pg_advisory_xact_lock(1110004)"))


async def put(tx: Transaction, rows: list[dict[str, Any]], source: str = CONFIG) -> None:
    """Insert or correct bodies by id. What people keep by hand only people change."""
    if not rows:
        return
    tx.change_directory()
    statement = insert(bodies)
    fresh = {
        name: statement.excluded[name] for name in (*rows[0], "source") if name != "id"
    }
    ours = None if source == BY_HAND else bodies.c.source == CONFIG
    await tx.run(
        statement.on_conflict_do_update(index_elements=["id"], set_=fresh, where=ours),
        [{**row, "source": source} for row in rows],
    )


async def withdraw(tx: Transaction, ids: Collection[str]) -> None:
    """Make bodies `planned` that only a configuration named which was taken back."""
    ours = and_(bodies.c.id.in_(sorted(ids)), bodies.c.source == CONFIG)
    if ids:
        tx.change_directory()
        await tx.run(update(bodies).where(ours).values(status="planned"))


async def by_hand(tx: Transaction) -> frozenset[str]:
    """Return the ids of the bodies that people imported or changed."""
    rows = await tx.rows(select(bodies.c.id).where(bodies.c.source != CONFIG))
    return frozenset(row.id for row in rows)


async def names(tx: Transaction) -> dict[str, tuple[str, str]]:
    """Return (kk, ru) names by body id."""
    rows = await tx.rows(select(bodies.c.id, bodies.c.name_kk, bodies.c.name_ru))
    return {row.id: (row.name_kk, row.name_ru) for row in rows}


async def listed(tx: Transaction, **wanted: str | None) -> Sequence[Row[Any]]:
    """Return bodies with all that the directory says, in order of id.

    `wanted`: values of columns, such as region, kind or district; None asks for nothing.
    """
    asked = [bodies.c[name] == value for name, value in wanted.items() if value is not None]
    return await tx.rows(select(bodies).where(*asked).order_by(bodies.c.id))


async def holding_cases(tx: Transaction, ids: Collection[str]) -> frozenset[str]:
    """Return those of `ids` that still hold open cases."""
    rows = await tx.rows(
        select(referrals.c.body_id)
        .where(referrals.c.body_id.in_(sorted(ids)), referrals.c.status.in_(_OPEN))
        .distinct()
    )
    return frozenset(row.body_id for row in rows)


async def members(tx: Transaction) -> Sequence[Row[Any]]:
    """Return who belongs to which body now, for lists and export."""
    return await tx.rows(
        select(
            memberships.c.body_id,
            memberships.c.person_id,
            memberships.c.position,
            people.c.username,
            people.c.display_name,
            people.c.languages,
            people.c.share,
        )
        .join(people, people.c.id == memberships.c.person_id)
        .where(people.c.active, current(tx))
        .order_by(memberships.c.body_id, people.c.username)
    )


async def place(tx: Transaction, body_id: str, positions: Mapping[int, str]) -> None:
    """Let people belong to a body with a position; who left it before begins anew."""
    if not positions:
        return
    tx.change_directory()
    statement = insert(memberships)
    rows = [
        {"person_id": p, "body_id": body_id, "position": as_, "from_at": tx.now}
        for p, as_ in sorted(positions.items())
    ]
    fresh = {"position": statement.excluded.position, "ended_at": None}
    key = ["person_id", "body_id"]
    await tx.run(statement.on_conflict_do_update(index_elements=key, set_=fresh), rows)


async def leave(tx: Transaction, pairs: Collection[tuple[int, str]]) -> None:
    """End memberships now, given as (person, body): their history stays."""
    key = tuple_(memberships.c.person_id, memberships.c.body_id)
    ended = update(memberships).where(key.in_(sorted(pairs)), current(tx))
    if pairs:
        tx.change_directory()
        await tx.run(ended.values(ended_at=tx.now))
