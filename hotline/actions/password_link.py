"""Use cases: a link to a first or a new password; where it takes two, a code beside it.

The one who makes the link is never shown the code, and who agrees never the link: neither of
them can be the person alone.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hotline.actions.own_security import put_password
from hotline.actions.second_step import WrongCode
from hotline.actions.sign_in import DOOR
from hotline.errors import NotFound
from hotline.identity.second_factor import folded, new_codes
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import changes, people, sign_ins
from hotline.store.transaction import Transaction

_LEADS_TO_A_LINK = ("person", "password")


@dataclass(frozen=True, slots=True)
class LinkOwner:
    """Whose password a link sets."""

    username: str
    coded: bool  # the code of the second person is asked beside it
    waits: bool  # nobody agreed to it yet


async def make_link(
    rt: Runtime, tx: Transaction, person: int, *, by_two: bool = False, hours: int = 0
) -> str:
    """Return the token of a fresh link to a new password. `hours`: 0 means those of a first."""
    token = secrets.token_urlsafe(24)
    until = tx.now + timedelta(hours=hours or rt.config.admin.first_password_hours)
    hashed = rt.sealer.token_hash(token)
    await sign_ins.add_link(tx, hashed, person, until, by_two=by_two)
    return token


async def code_of_link(rt: Runtime, viewer: Viewer, change_id: int) -> tuple[str, str]:
    """Return user name and code of the link that a change agreed to by the viewer sets free.

    Shown once; both empty where no link waits for a code. Its hours begin now.
    """
    async with rt.transaction(viewer) as tx:
        change = await changes.one(tx, change_id)
        mine = change.state == changes.MADE and change.decided_by == viewer.person_id
        if not (mine and change.two and change.what in _LEADS_TO_A_LINK):
            return "", ""
        row = await people.lock(tx, int(change.key))
        (code,) = new_codes(1)
        until = tx.now + timedelta(hours=rt.config.admin.new_password_hours)
        given = await sign_ins.put_code(tx, row.id, _hash(rt, row.id, code), until)
        return (row.username, code) if given else ("", "")


async def link_owner(rt: Runtime, token: str) -> LinkOwner:
    """Return who is behind a link that holds. Errors: NotFound."""
    async with rt.transaction(DOOR) as tx:
        row, person = await _held(rt, tx, token)
    return LinkOwner(person.username, row.by_two, row.by_two and row.code_hash is None)


async def use_link(rt: Runtime, token: str, new: str, code: str = "") -> str:
    """Set the password of a link's person, once; return the user name.

    Errors: NotFound for a link that is no more, or waits for a second person; WrongCode;
    RuleForbids with what is weak.
    """
    async with rt.transaction(DOOR) as tx:
        row, person = await _held(rt, tx, token)
        if row.by_two and row.code_hash is None:
            raise NotFound("a second person must agree", code="link_waits")
        if not row.by_two or _same(rt, row, code):
            await put_password(tx, person.person_id, person.username, new)
            await sign_ins.use_link(tx, row.token_hash)
            await sign_ins.end_sessions(tx, person.person_id)
            sign_ins.note(tx, person.person_id, "link_used")
            return person.username
        # Committed before it is said: guesses count, however many come at once.
        await sign_ins.miss_code(tx, row, rt.config.service.sign.tries)
        sign_ins.note(tx, person.person_id, "wrong_code")
    raise WrongCode("the code is wrong", code="wrong_link_code")


async def _held(rt: Runtime, tx: Transaction, token: str) -> tuple[Any, Viewer]:
    row = await sign_ins.link(tx, rt.sealer.token_hash(token))
    person = await people.viewer(tx, row.person_id) if row is not None else None
    if row is None or person is None:
        raise NotFound("the link holds no more", code="link_used")
    return row, person


def _same(rt: Runtime, row: Any, code: str) -> bool:
    return hmac.compare_digest(_hash(rt, row.person_id, code), row.code_hash)


def _hash(rt: Runtime, person: int, code: str) -> bytes:
    return rt.sealer.token_hash(f"link_code:{person}:{folded(code)}")
