"""Sign-ins, what came of each, and the sessions and links that they leave."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from hotline.store.tables import sessions, tokens
from hotline.store.tables_admin import password_links, sign_ins
from hotline.store.transaction import Transaction


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
    """End one session of a person, or all, or all `but` one; return how many."""
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
    tx: Transaction, token_hash: bytes, person_id: int, expires_at: datetime
) -> None:
    """Keep a link to a new password under the hash of its token; older ones end."""
    await tx.run(
        update(password_links)
        .where(password_links.c.person_id == person_id, password_links.c.used_at.is_(None))
        .values(used_at=tx.now)
    )
    await tx.run(
        insert(password_links).values(
            token_hash=token_hash,
            person_id=person_id,
            made_by=tx.actor.person_id,
            made_at=tx.now,
            expires_at=expires_at,
        )
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
    """Use a link up."""
    await tx.run(
        update(password_links)
        .where(password_links.c.token_hash == token_hash)
        .values(used_at=tx.now)
    )
