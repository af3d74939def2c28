"""Sign-ins, what came of each, and the sessions and links that they leave."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from hotline.store.tables import people, sessions, tokens
from hotline.store.tables_admin import password_links, sign_ins
from hotline.store.transaction import Nudge, Transaction


def note(tx: Transaction, person_id: int | None, outcome: str, device: str = "") -> None:
    """Write what came of a sign-in when the transaction commits. Never what was typed."""
    row = {"person_id": person_id, "outcome": outcome, "device": device}
    tx.append(sign_ins, row)


async def sessions_of(tx: Transaction, person_id: int) -> Sequence[Row[Any]]:
    """Return the sessions of a person that have not expired, the newest use first."""
    return await tx.rows(
        select(
            sessions.c.id,
            sessions.c.token_hash,
            sessions.c.device,
            sessions.c.step,
            sessions.c.created_at,
            sessions.c.seen_at,
        )
        .where(sessions.c.person_id == person_id, sessions.c.expires_at > tx.now)
        .order_by(sessions.c.seen_at.desc(), sessions.c.id.desc())
    )


async def end_sessions(
    tx: Transaction,
    person_id: int,
    *,
    session_id: int | None = None,
    but: bytes | None = None,
) -> int:
    """End one session of a person, or all, or all `but` one; return how many.

    Their open pages hear of it at once: what stands on them is nobody's to read any more.
    """
    tx.nudge(Nudge("session", person_id=person_id))
    asked = [sessions.c.person_id == person_id]
    if session_id is not None:
        asked.append(sessions.c.id == session_id)
    if but is not None:
        asked.append(sessions.c.token_hash != but)
    return await tx.run(delete(sessions).where(*asked))


async def end_tokens(tx: Transaction, person_id: int) -> int:
    """Forget every bearer token of a person; return how many there were."""
    return await tx.run(delete(tokens).where(tokens.c.person_id == person_id))


async def add_link(
    tx: Transaction,
    token_hash: bytes,
    person_id: int,
    expires_at: datetime,
    *,
    by_two: bool = False,
) -> None:
    """Keep a link to a new password under the hash of its token; older ones end.

    `by_two`: it opens nothing before a second person was shown its code.
    """
    await tx.run(update(password_links).where(*_open(person_id)).values(used_at=tx.now))
    await tx.run(
        insert(password_links).values(
            token_hash=token_hash,
            person_id=person_id,
            made_by=tx.actor.person_id,
            made_at=tx.now,
            expires_at=expires_at,
            by_two=by_two,
        )
    )


def _open(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return password_links.c.person_id == person_id, password_links.c.used_at.is_(None)


async def end_links_of_one(tx: Transaction, person_id: int) -> None:
    """End the links that one person alone gave out: the role asks for two from now on."""
    alone = password_links.c.by_two.is_(False)
    await tx.run(
        update(password_links).where(*_open(person_id), alone).values(used_at=tx.now)
    )


async def waits_by_two(tx: Transaction, person_id: int) -> bool:
    """Return whether a link that takes two was given to a person and not used so far."""
    waits = select(password_links.c.person_id).where(
        *_open(person_id), password_links.c.by_two
    )
    return await tx.one(waits.limit(1)) is not None


async def put_code(
    tx: Transaction, person_id: int, code_hash: bytes, expires_at: datetime
) -> bool:
    """Give the link that waits for it a code by the actor, once; return whether one did."""
    waits = (password_links.c.by_two, password_links.c.code_hash.is_(None))
    known = {"code_hash": code_hash, "agreed_by": tx.actor.person_id}
    done = await tx.run(
        update(password_links)
        .where(*_open(person_id), *waits)
        .values(expires_at=expires_at, **known)
    )
    return done == 1


async def miss_code(tx: Transaction, row: Row[Any], most: int) -> None:
    """Count a wrong code of a link; with the last try the link ends."""
    tries = row.tries + 1
    ended = {"used_at": tx.now} if tries >= most else {}
    await tx.run(
        update(password_links)
        .where(password_links.c.token_hash == row.token_hash)
        .values(tries=tries, **ended)
    )


async def newest_used_link(
    tx: Transaction, person_id: int, since: datetime
) -> Row[Any] | None:
    """Return when a password was last chosen by a link, and the names behind the link."""
    maker, agreed = people.alias("maker"), people.alias("agreed")
    return await tx.one(
        select(
            password_links.c.worked_at,
            maker.c.display_name.label("maker"),
            agreed.c.display_name.label("second"),
        )
        .outerjoin(maker, maker.c.id == password_links.c.made_by)
        .outerjoin(agreed, agreed.c.id == password_links.c.agreed_by)
        .where(password_links.c.person_id == person_id, password_links.c.worked_at >= since)
        .order_by(password_links.c.worked_at.desc())
        .limit(1)
    )


async def link(tx: Transaction, token_hash: bytes) -> Row[Any] | None:
    """Return a link that holds, locked, or None."""
    return await tx.one(
        select(password_links)
        .where(
            password_links.c.token_hash == token_hash,
            password_links.c.used_at.is_(None),
            password_links.c.expires_at > tx.now,
        )
        .with_for_update()
    )


async def use_link(tx: Transaction, token_hash: bytes) -> None:
    """Use a link up: a password was chosen by it."""
    await tx.run(
        update(password_links)
        .where(password_links.c.token_hash == token_hash)
        .values(used_at=tx.now, worked_at=tx.now)
    )
