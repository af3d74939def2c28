"""People, their bodies, sessions and tokens."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from hotline.cases.terms import PersonId, Role
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store import ties
from hotline.store.bodies import current
from hotline.store.tables import memberships, people, sessions, tokens
from hotline.store.tables_admin import rights_taken
from hotline.store.transaction import Transaction

OpenSession = tuple[Row[Any], Viewer]
OpenSessions = dict[bytes, OpenSession]  # by the keyed hash of the token


async def viewer(tx: Transaction, person_id: int) -> Viewer | None:
    """Return an active person with all their bodies, or None.

    A commissioner has a region only while they are in its office: who leaves it, or whose
    office ends, oversees nothing from then on.
    """
    return (await viewers(tx, [person_id])).get(person_id)


async def viewers(tx: Transaction, person_ids: Collection[int]) -> dict[int, Viewer]:
    """Return the same of several people, by id; who is not active is not among them."""
    taken = (
        select(func.array_agg(rights_taken.c.move))
        .where(rights_taken.c.role == people.c.role)
        .scalar_subquery()
        .label("taken")
    )
    ids = sorted(person_ids)
    rows = await tx.rows(select(people, taken).where(people.c.id.in_(ids), people.c.active))
    tied = await ties.of_each(tx, [row.id for row in rows]) if rows else {}
    return {row.id: _viewer(row, tied[row.id]) for row in rows}


def _viewer(row: Row[Any], tied: ties.Ties) -> Viewer:
    role, region = Role(row.role), row.region
    if role is Role.COMMISSIONER and region not in tied.overseen:
        region = None
    return Viewer(
        PersonId(row.id),
        row.username,
        row.display_name,
        role,
        region,
        tied.bodies,
        row.locale,
        tied.keys,
        frozenset(row.taken or ()),
    )


async def by_username(tx: Transaction, username: str) -> Row[Any] | None:
    """Return a person's row, or None."""
    return await tx.one(select(people).where(people.c.username == username))


async def lock(tx: Transaction, person_id: int) -> Row[Any]:
    """Return a person's row as it is now, locked."""
    row = await tx.one(select(people).where(people.c.id == person_id).with_for_update())
    if row is None:
        raise NotFound("no such person")
    return row


async def display_name(tx: Transaction, person_id: int | None) -> str | None:
    """Return how a colleague is called on pages."""
    row = await tx.one(select(people.c.display_name).where(people.c.id == person_id))
    return None if row is None else str(row.display_name)


async def member(tx: Transaction, username: str, body_id: str) -> int | None:
    """Return the id of an active member of a body, or None."""
    row = await tx.one(
        select(people.c.id)
        .join(memberships, memberships.c.person_id == people.c.id)
        .where(
            people.c.username == username,
            people.c.active,
            memberships.c.body_id == body_id,
            current(tx),
        )
    )
    return None if row is None else int(row.id)


async def add(tx: Transaction, values: Mapping[str, Any], bodies: list[str]) -> int:
    """Add a person with memberships; return the id."""
    row = await tx.one(insert(people).values(dict(values)).returning(people.c.id))
    if row is None:
        raise RuntimeError("a person was not stored")
    if bodies:
        tx.change_directory()
        await tx.run(
            insert(memberships), [{"person_id": row.id, "body_id": body} for body in bodies]
        )
    return int(row.id)


async def change(tx: Transaction, person_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a person; languages, share and `active` are the directory's too."""
    tx.change_directory()
    await tx.run(update(people).where(people.c.id == person_id).values(**dict(values)))


async def open_session(
    tx: Transaction,
    token_hash: bytes,
    person_id: int,
    csrf: str,
    expires_at: datetime,
    *,
    step: str = "open",
    device: str = "",
) -> None:
    """Keep a session under the keyed hash of its token."""
    await tx.run(
        insert(sessions).values(
            token_hash=token_hash,
            person_id=person_id,
            csrf=csrf,
            created_at=tx.now,
            seen_at=tx.now,
            expires_at=expires_at,
            step=step,
            device=device,
        )
    )


async def session(tx: Transaction, token_hash: bytes) -> Row[Any] | None:
    """Return a session that has not expired."""
    return await tx.one(
        select(sessions).where(
            sessions.c.token_hash == token_hash, sessions.c.expires_at > tx.now
        )
    )


async def open_sessions(tx: Transaction, token_hashes: Collection[bytes]) -> OpenSessions:
    """Return the sessions that have not expired, each with its active person, by hash."""
    rows = await tx.rows(
        select(sessions).where(
            sessions.c.token_hash.in_(list(token_hashes)), sessions.c.expires_at > tx.now
        )
    )
    known = await viewers(tx, {row.person_id for row in rows}) if rows else {}
    return {
        row.token_hash: (row, known[row.person_id])
        for row in rows
        if row.person_id in known
    }


async def touch_session(tx: Transaction, token_hash: bytes) -> None:
    """Note that a session was used."""
    await tx.run(
        update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=tx.now)
    )


async def end_session(tx: Transaction, token_hash: bytes) -> None:
    """Forget a session."""
    await tx.run(delete(sessions).where(sessions.c.token_hash == token_hash))


async def add_token(
    tx: Transaction, token_hash: bytes, person_id: int, expires_at: datetime
) -> None:
    """Keep a bearer token under its keyed hash."""
    await tx.run(
        insert(tokens).values(
            token_hash=token_hash,
            person_id=person_id,
            created_at=tx.now,
            expires_at=expires_at,
        )
    )


async def token_owner(tx: Transaction, token_hash: bytes) -> int | None:
    """Return the person behind a bearer token that has not expired."""
    row = await tx.one(
        select(tokens.c.person_id).where(
            tokens.c.token_hash == token_hash, tokens.c.expires_at > tx.now
        )
    )
    return None if row is None else int(row.person_id)


async def active_ids(tx: Transaction, usernames: Collection[str]) -> dict[str, int]:
    """Return the ids of those of `usernames` who are active people, by user name."""
    rows = await tx.rows(
        select(people.c.id, people.c.username).where(
            people.c.username.in_(sorted(usernames)), people.c.active
        )
    )
    return {row.username: int(row.id) for row in rows}


async def any_member(tx: Transaction, body_id: str) -> int | None:
    """Return the first active member of a body, or None when nobody is there."""
    row = await tx.one(
        select(people.c.id)
        .join(memberships, memberships.c.person_id == people.c.id)
        .where(memberships.c.body_id == body_id, people.c.active, current(tx))
        .order_by(people.c.id)
        .limit(1)
    )
    return None if row is None else int(row.id)


async def replace_hash(tx: Transaction, old: str, new: str) -> None:
    """Give everybody who shares the password hash `old` another one; the demo's users do."""
    await tx.run(
        update(people).where(people.c.password_hash == old).values(password_hash=new)
    )


async def people_names(tx: Transaction, ids: set[int]) -> dict[int, tuple[str, str]]:
    """Return (username, display name) by id of colleagues."""
    if not ids:
        return {}
    rows = await tx.rows(
        select(people.c.id, people.c.username, people.c.display_name).where(
            people.c.id.in_(sorted(ids))
        )
    )
    return {row.id: (row.username, row.display_name) for row in rows}
