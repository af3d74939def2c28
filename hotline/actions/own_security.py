"""Use cases: one's own password and sessions."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotline.actions.second_step import own_password
from hotline.actions.sign_in import Session
from hotline.errors import RuleForbids
from hotline.identity.passwords import hash_password
from hotline.identity.strength import weakness
from hotline.runtime import Runtime
from hotline.store import people, second_factors, sign_ins
from hotline.store.transaction import Transaction

_TOLD_FOR = timedelta(days=30)  # that a password was chosen by a link


@dataclass(frozen=True, slots=True)
class Security:
    """What a person sees of how they sign in."""

    sessions: Sequence[Any]
    here: int | None  # the session that looks
    factor: bool
    codes_left: int
    needed: bool  # the role must have a factor
    due_at: datetime | None
    link: Any  # by which the password was chosen of late, with who made it; or None


async def own_security(rt: Runtime, session: Session) -> Security:
    """Return the sessions of a person and what is asked of them."""
    person, hashed = session.viewer.person_id, rt.sealer.token_hash(session.token)
    async with rt.transaction(session.viewer) as tx:
        listed = await sign_ins.sessions_of(tx, person)
        row = await people.lock(tx, person)
        needed = session.viewer.role in rt.config.admin.second_factor.roles
        return Security(
            [one for one in listed if one.step == "open"],
            next((one.id for one in listed if one.token_hash == hashed), None),
            await second_factors.is_set(tx, person),
            await second_factors.codes_left(tx, person),
            needed and not rt.settings.demo,
            row.second_due_at,
            await sign_ins.newest_used_link(tx, person, tx.now - _TOLD_FOR),
        )


async def end_own(rt: Runtime, session: Session, session_id: int | None) -> int:
    """End one other session of one's own, or all others; return how many."""
    async with rt.transaction(session.viewer) as tx:
        return await _end(rt, tx, session, session_id)


async def _end(
    rt: Runtime, tx: Transaction, session: Session, session_id: int | None
) -> int:
    person, here = session.viewer.person_id, rt.sealer.token_hash(session.token)
    ended = await sign_ins.end_sessions(tx, person, session_id=session_id, but=here)
    for _ in range(ended):
        sign_ins.note(tx, person, "ended")
    return ended


async def change_password(rt: Runtime, session: Session, old: str, new: str) -> int:
    """Change one's password; every other session and every token ends. Returns how many
    sessions did.

    Errors: WrongCode `wrong_password`; LockedOut; RuleForbids with what is weak, or `same`.
    """
    viewer = session.viewer
    await own_password(rt, viewer, old)
    async with rt.transaction(viewer) as tx:
        await people.lock(tx, viewer.person_id)
        if old == new:
            raise RuleForbids("it is the password of before", code="same", field="new")
        await put_password(tx, viewer.person_id, viewer.username, new)
        return await _end(rt, tx, session, None)


async def put_password(tx: Transaction, person: int, username: str, new: str) -> None:
    """Keep a fresh password; every token ends. Errors: RuleForbids with what is weak."""
    weak = weakness(new, username)
    if weak is not None:
        raise RuleForbids("choose another password", code=weak, field="new")
    encoded = await asyncio.to_thread(hash_password, new)
    done = {"password_hash": encoded, "failures": 0, "locked_until": None}
    await people.change(tx, person, done)
    await sign_ins.end_tokens(tx, person)  # whoever had the old one may have made some
    sign_ins.note(tx, person, "password_changed")
