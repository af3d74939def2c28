"""Use cases: the code after the password, a recovery code, setting up and removing the factor."""

import asyncio
from dataclasses import dataclass

from hotline.actions.sign_in import (
    CODE,
    DOOR,
    ENROL,
    HALF_OPEN_FOR,
    LockedOut,
    Session,
    open_session,
    session_of,
    welcome,
)
from hotline.actions.steps import tries
from hotline.errors import HotlineError, NotFound, RuleForbids
from hotline.identity.passwords import verify_password
from hotline.identity.second_factor import (
    address_of,
    folded,
    new_codes,
    new_secret,
    step_of,
)
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import people, second_factors, sign_ins
from hotline.store.transaction import Transaction


class WrongCode(HotlineError):
    """The code is wrong, was used before, or came too late; never says which."""

    status = 401
    code = "wrong_code"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What somebody who sets the factor up is shown, once."""

    secret: str
    address: str  # for the square picture


async def half_open(rt: Runtime, token: str) -> Session | None:
    """Return the session that waits for a code, or for a factor to be set up."""
    return await session_of(rt, token, steps=(CODE, ENROL)) if token else None


async def enter_code(
    rt: Runtime, half: Session, typed: str, device: str = "", known: str = ""
) -> Session:
    """Return an open session in place of one that waits. A code, or a recovery code.

    Errors: WrongCode, LockedOut.
    """
    person = half.viewer.person_id
    async with rt.transaction(DOOR) as tx:
        row = await people.lock(tx, person)
        tried = await tries.counted(rt, tx, row, known=known)
        locked = tried.locked_until
        how = None if locked else await _accepted(rt, tx, person, typed)
        if how is not None:
            await people.end_session(tx, rt.sealer.token_hash(half.token))
            if how == "recovery":
                sign_ins.note(tx, person, "recovery_used", device)
            await welcome(rt, tx, row, device, known)
            return await open_session(rt, tx, half.viewer, device=device)
        sign_ins.note(tx, person, "locked" if locked else "wrong_code", device)
        if not locked:
            await tries.count(rt, tx, tried)
    if locked:
        raise LockedOut("too many tries", until=locked)
    raise WrongCode("the code is wrong")


async def _accepted(rt: Runtime, tx: Transaction, person: int, typed: str) -> str | None:
    """Return how `typed` was right, None where it was not; it is used up."""
    factor = await second_factors.of_person(tx, person, lock=True)
    if factor is None or factor.confirmed_at is None:
        return None
    secret = await second_factors.secret_of(tx, factor)
    step = step_of(secret, typed, tx.now, factor.last_step)
    if step is not None:
        await second_factors.take(tx, person, step)
        return "code"
    used = await second_factors.use_code(tx, person, _hash(rt, person, typed))
    return "recovery" if used else None


async def begin_enrolment(rt: Runtime, viewer: Viewer) -> Enrolment:
    """Make a fresh secret for a person who has no factor; one that nobody confirmed ends.

    Who saw a secret before has nothing of it. Errors: RuleForbids `factor_set`.
    """
    async with rt.transaction(DOOR) as tx:
        await people.lock(tx, viewer.person_id)
        if await second_factors.is_set(tx, viewer.person_id):
            raise RuleForbids("a second factor is set", code="factor_set")
        secret = new_secret()
        owner = await rt.numbers.take(tx.now)
        await second_factors.begin(tx, viewer.person_id, owner, secret)
        return Enrolment(secret, address_of(secret, viewer.username))


async def first_look(rt: Runtime, half: Session) -> Enrolment | None:
    """Return a fresh secret where this sign-in was shown none yet, else None.

    A page that is read again must not spoil what the telephone has taken already.
    """
    async with rt.transaction(DOOR) as tx:
        row = await second_factors.of_person(tx, half.viewer.person_id)
    if row is not None and row.made_at >= half.expires_at - HALF_OPEN_FOR:
        return None
    return await begin_enrolment(rt, half.viewer)


async def confirm_enrolment(
    rt: Runtime, session: Session, typed: str, device: str = "", known: str = ""
) -> tuple[Session, list[str]]:
    """Set the factor by its first code; return an open session and the recovery codes.

    Every other session ends: it was opened without a code.
    Errors: WrongCode; RuleForbids `factor_set`; NotFound where nothing was begun.
    """
    person = session.viewer.person_id
    async with rt.transaction(DOOR) as tx:
        known_row = await people.lock(tx, person)
        row = await second_factors.of_person(tx, person, lock=True)
        if row is None:
            raise NotFound("nothing was begun")
        if row.confirmed_at is not None:
            raise RuleForbids("a second factor is set", code="factor_set")
        step = step_of(await second_factors.secret_of(tx, row), typed, tx.now, 0)
        if step is None:
            raise WrongCode("the code is wrong")
        await second_factors.take(tx, person, step)
        codes = await _fresh_codes(rt, tx, person)
        sign_ins.note(tx, person, "factor_set", device)
        here = None if session.step == ENROL else rt.sealer.token_hash(session.token)
        for _ in range(await sign_ins.end_sessions(tx, person, but=here)):
            sign_ins.note(tx, person, "ended")
        if session.step == ENROL:
            await welcome(rt, tx, known_row, device, known)
            session = await open_session(rt, tx, session.viewer, device=device)
        return session, codes


async def renew_codes(rt: Runtime, viewer: Viewer, password: str) -> list[str]:
    """Return fresh recovery codes; those before end.

    Errors: WrongCode, LockedOut, NotFound.
    """
    await own_password(rt, viewer, password)
    async with rt.transaction(DOOR) as tx:
        await people.lock(tx, viewer.person_id)
        if not await second_factors.is_set(tx, viewer.person_id):
            raise NotFound("no second factor is set")
        return await _fresh_codes(rt, tx, viewer.person_id)


async def remove_factor(rt: Runtime, viewer: Viewer, password: str) -> None:
    """Remove one's own factor, where the role need not have one.

    Errors: WrongCode for a wrong password; LockedOut; RuleForbids `factor_needed`.
    """
    needed = viewer.role in rt.config.admin.second_factor.roles and not rt.settings.demo
    if needed:
        raise RuleForbids("your role signs in with a code", code="factor_needed")
    await own_password(rt, viewer, password)
    async with rt.transaction(DOOR) as tx:
        await people.lock(tx, viewer.person_id)
        if await second_factors.remove(tx, viewer.person_id):
            sign_ins.note(tx, viewer.person_id, "factor_removed")


async def own_password(rt: Runtime, viewer: Viewer, typed: str) -> None:
    """Do nothing where it is the viewer's password. Who found an open desk does not guess on.

    Errors: WrongCode `wrong_password`, LockedOut.
    """
    async with rt.transaction(DOOR) as tx:
        row = await people.lock(tx, viewer.person_id)
        tried = await tries.counted(rt, tx, row)
    if tried.locked_until is not None:
        raise LockedOut("too many tries", until=tried.locked_until)
    if await asyncio.to_thread(verify_password, row.password_hash, typed):
        return
    async with rt.transaction(DOOR) as tx:
        sign_ins.note(tx, viewer.person_id, "wrong_password")
        await tries.count(rt, tx, tried)
    raise WrongCode("the password is wrong", code="wrong_password")


async def _fresh_codes(rt: Runtime, tx: Transaction, person: int) -> list[str]:
    codes = new_codes(rt.config.admin.second_factor.recovery_codes)
    await second_factors.put_codes(tx, person, [_hash(rt, person, one) for one in codes])
    return codes


def _hash(rt: Runtime, person: int, code: str) -> bytes:
    return rt.sealer.token_hash(f"recovery:{person}:{folded(code)}")
