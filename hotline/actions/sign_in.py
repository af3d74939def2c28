"""Use cases: signing in and out, sessions in PostgreSQL, bearer tokens for programs."""

import asyncio
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hotline.actions.set_presence import leave_desk
from hotline.actions.steps import tries
from hotline.errors import HotlineError, NotFound
from hotline.identity.passwords import verify_password
from hotline.identity.viewer import Machine, Viewer
from hotline.runtime import Runtime
from hotline.store import people, second_factors, sign_ins
from hotline.store.gathering import Gathered
from hotline.store.transaction import Transaction

DOOR = Machine("sign_in")
OPEN, CODE, ENROL = "open", "code", "enrol"  # what a session waits for, if anything
HALF_OPEN_FOR = timedelta(minutes=10)
# Verified when there is no such person, so that both answers take the same time.
# Nobody knows its password; made beforehand, for making one would slow every start.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$nihraKhWegi5Lr"
    "nMvmiFFw$uzdBwLPXXdbfmInL6cv3piSvx+G4gQX3y/7qNHexL6c"
)


class WrongCredentials(HotlineError):
    """User name or password is wrong; never says which."""

    status = 401
    code = "wrong_credentials"


class LockedOut(HotlineError):
    """Too many wrong tries; `facts["until"]` says how long."""

    status = 429
    code = "locked_out"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser."""

    token: str  # the cookie; only its keyed hash is stored
    csrf: str
    viewer: Viewer
    expires_at: datetime
    idle_until: datetime | None = None  # when it ends unless its person does something
    step: str = OPEN


async def sign_in(
    rt: Runtime, username: str, password: str, device: str = "", known: str = ""
) -> Session:
    """Return a new session; its `step` says whether more is asked before it is open.

    `known`: the token of a browser; strangers do not lock one that the person was in with.
    Errors: WrongCredentials, LockedOut.
    """
    async with rt.transaction(DOOR) as tx:
        row = await people.by_username(tx, username)
        tried = await tries.counted(rt, tx, row, name=username, known=known)
    if tried.locked_until is None:
        # In a thread and in no transaction: it takes 50 ms by design, and others are waiting.
        right = await asyncio.to_thread(verify_password, _hash_of(row), password)
        async with rt.transaction(DOOR) as tx:
            viewer = await people.viewer(tx, row.id) if row and right else None
            if row is not None and viewer is not None:
                return await _let_in(rt, tx, row.id, viewer, device, known)
            sign_ins.note(tx, row.id if row else None, "wrong_password", device)
            await tries.count(rt, tx, tried)
        raise WrongCredentials("user name or password is wrong")
    async with rt.transaction(DOOR) as tx:
        sign_ins.note(tx, row.id if row else None, "locked", device)
    raise LockedOut("too many tries", until=tried.locked_until)


def _hash_of(row: Any) -> str:
    """Return the hash to verify: never one that is none, which would be answered sooner."""
    known = row.password_hash if row is not None else ""
    return known if known.startswith("$") else _NOBODY


async def open_session(
    rt: Runtime, tx: Transaction, viewer: Viewer, *, step: str = OPEN, device: str = ""
) -> Session:
    """Keep a fresh session and return it; one that waits for a code does not wait long."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    hours = timedelta(hours=rt.config.service.sign.session_hours)
    expires = tx.now + (hours if step == OPEN else HALF_OPEN_FOR)
    hashed = rt.sealer.token_hash(token)
    kept = {"step": step, "device": device}
    await people.open_session(tx, hashed, viewer.person_id, csrf, expires, **kept)
    return Session(token, csrf, viewer, expires, step=step)


async def _let_in(
    rt: Runtime, tx: Transaction, person_id: int, viewer: Viewer, device: str, known: str
) -> Session:
    row = await people.lock(tx, person_id)
    step = await _step(rt, tx, row)
    if step == OPEN:
        await welcome(rt, tx, row, device, known)
    return await open_session(rt, tx, viewer, step=step, device=device)


async def welcome(rt: Runtime, tx: Transaction, row: Any, device: str, known: str) -> None:
    """Note that somebody is in: their wrong tries before are forgotten, the browser is known."""
    await tries.forgive(tx, await tries.counted(rt, tx, row, known=known))
    await tries.remember(rt, tx, row.id, known)
    sign_ins.note(tx, row.id, "signed_in", device)


async def _step(rt: Runtime, tx: Transaction, row: Any) -> str:
    """Return what is asked after the password; the days of grace begin with the first time."""
    if await second_factors.is_set(tx, row.id):
        return CODE
    asked = rt.config.admin.second_factor
    if rt.settings.demo or row.role not in asked.roles:
        return OPEN
    due = row.second_due_at
    if due is None:
        due = tx.now + timedelta(days=asked.grace_days)
        await people.change(tx, row.id, {"second_due_at": due})
    return OPEN if tx.now < due else ENROL


async def session_of(
    rt: Runtime, token: str, *, used: bool = True, steps: Collection[str] = (OPEN,)
) -> Session | None:
    """Return the live session behind a cookie, or None; idle ones have ended.

    `used`: a person did something; a page that only listens keeps no session alive.
    `steps`: others than open ones are for the pages that ask for a code alone.
    """
    idle = timedelta(minutes=rt.config.service.sign.idle_minutes)
    hashed = rt.sealer.token_hash(token)
    if rt.sessions is None:
        rt.sessions = Gathered(partial(_open_sessions, rt))
    row, viewer = await rt.sessions.ask(hashed) or (None, None)
    now = rt.clock.now()
    if row is None or viewer is None or row.step not in steps or now - row.seen_at > idle:
        return None
    seen = row.seen_at
    if used and now - seen > timedelta(minutes=1):  # one write is enough
        async with rt.transaction(DOOR) as tx:
            await people.touch_session(tx, hashed)
        seen = now
    return Session(token, row.csrf, viewer, row.expires_at, seen + idle, row.step)


async def _open_sessions(rt: Runtime, hashes: Sequence[bytes]) -> people.OpenSessions:
    """Read the sessions of all who ask at this moment; open pages come by the hundred."""
    async with rt.transaction(DOOR) as tx:
        return await people.open_sessions(tx, hashes)


async def sign_out(rt: Runtime, token: str) -> None:
    """End the session behind a cookie; who was at the telephone is off it."""
    async with rt.transaction(DOOR) as tx:
        row = await people.session(tx, rt.sealer.token_hash(token))
        if row is not None:
            await leave_desk(tx, row.person_id)
            sign_ins.note(tx, row.person_id, "signed_out", row.device)
        await people.end_session(tx, rt.sealer.token_hash(token))


async def issue_token(rt: Runtime, username: str) -> str:
    """Return a fresh bearer token for a person. Errors: NotFound."""
    async with rt.transaction(DOOR) as tx:
        row = await people.by_username(tx, username)
        if row is None or not row.active:
            raise NotFound(f"there is no active user `{username}`", code="no_such_user")
        token = "hl_" + secrets.token_urlsafe(32)
        expires = tx.now + timedelta(days=rt.config.service.sign.token_days)
        await people.add_token(tx, rt.sealer.token_hash(token), row.id, expires)
        return token


async def viewer_of_token(rt: Runtime, token: str) -> Viewer | None:
    """Return the active person behind a bearer token, or None."""
    async with rt.transaction(DOOR) as tx:
        owner = await people.token_owner(tx, rt.sealer.token_hash(token))
        return await people.viewer(tx, owner) if owner is not None else None
