"""Step: wrong passwords and codes are counted and lock for a while.

A browser that the person has signed in with before has a count of its own: who knows a name
locks it for strangers, and the desk goes on. A name that nobody has locks as every other one
does, so that no answer tells which names there are.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.identity.tries import locked_for
from hotline.runtime import Runtime
from hotline.store import people
from hotline.store import tries as store
from hotline.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Tries:
    """Where the wrong tries of one sign-in are counted."""

    person: int | None
    mark: bytes | None  # None: with the person
    locked_until: datetime | None  # None: not locked now
    kind: str = store.BROWSER


async def counted(
    rt: Runtime, tx: Transaction, row: Any, *, name: str = "", known: str = ""
) -> Tries:
    """Return where tries are counted. `row`: of the person, None where nobody has `name`.

    `known`: the token of a browser, which counts only where the person was in with it.
    """
    if row is None:
        mark = rt.sealer.token_hash(f"sign_in_name:{name}")
        found = await store.read(tx, mark)
        return Tries(None, mark, _running(tx, found), store.NAME)
    mark = _mark(rt, row.id, known)
    found = await store.read(tx, mark) if known else None
    if found is not None:
        return Tries(row.id, mark, _running(tx, found))
    return Tries(row.id, None, _running(tx, row))


def _running(tx: Transaction, found: Any) -> datetime | None:
    until: datetime | None = found.locked_until if found is not None else None
    return until if until is not None and until > tx.now else None


async def count(rt: Runtime, tx: Transaction, tries: Tries) -> None:
    """Count a wrong try under a lock, so that parallel guesses all count."""
    policy = rt.config.service.sign
    if tries.mark is not None:
        row = await store.lock(tx, tries.mark, tries.kind)
        await store.sweep(tx)
    else:
        row = await people.lock(tx, tries.person or 0)
    failures = row.failures + 1
    change: dict[str, object] = {"failures": failures}
    span = locked_for(failures, policy.tries, policy.lock_minutes)
    if span is not None:
        change["locked_until"] = tx.now + span
    if tries.mark is not None:
        await store.put(tx, tries.mark, change)
    else:
        await people.change(tx, row.id, change)


async def forgive(tx: Transaction, tries: Tries) -> None:
    """Forget the wrong tries that were counted here; strangers' stay where they are."""
    nothing: dict[str, object] = {"failures": 0, "locked_until": None}
    if tries.mark is not None:
        await store.put(tx, tries.mark, nothing)
    elif tries.person is not None:
        await people.change(tx, tries.person, nothing)


async def remember(rt: Runtime, tx: Transaction, person: int, known: str) -> None:
    """Let a browser be one that the person has signed in with; empty: there is none."""
    if known:
        await store.lock(tx, _mark(rt, person, known), store.BROWSER)
        await store.put(tx, _mark(rt, person, known), {})


def _mark(rt: Runtime, person: int, known: str) -> bytes:
    return rt.sealer.token_hash(f"sign_in_browser:{person}:{known}")
