"""Use cases: a change of administration is looked at, made, agreed to by another, undone.

One mechanism for all of them: each kind says what stands, what may stand, and how it is put.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotline.actions.change_kinds import KINDS
from hotline.cases.terms import Role
from hotline.errors import NotAllowed, NotFound, RuleForbids, Stale
from hotline.identity.changes import Line, Values, lines, mark
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import changes, people
from hotline.store.transaction import Transaction

DECIDERS = (Role.ADMIN, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Look:
    """What a change would do, before anybody makes it."""

    before: Values
    after: Values
    lines: Sequence[Line]
    seen: str  # the mark that the confirmation carries
    two: bool  # another person must agree


async def look_at_change(
    rt: Runtime, viewer: Viewer, what: str, key: str, after: Values
) -> Look:
    """Return what a change would do. Errors: NotFound, NotAllowed, RuleForbids."""
    need_admin(viewer)
    async with rt.transaction(viewer) as tx:
        return await _look(rt, tx, what, key, after)


async def make_change(
    rt: Runtime, viewer: Viewer, what: str, key: str, after: Values, *, seen: str
) -> int:
    """Make a change, or propose it where a second person must agree; return its id.

    Errors: Stale when somebody changed it meanwhile (`facts["now"]`); RuleForbids
    `nothing_changes`, `one_waits`, and what its kind forbids; NotFound, NotAllowed.
    """
    need_admin(viewer)
    async with rt.transaction(viewer) as tx:
        await changes.lock(tx)
        return await make_within(rt, tx, what, key, after, seen=seen)


async def make_within(
    rt: Runtime, tx: Transaction, what: str, key: str, after: Values,
    *, seen: str | None = None, undoes: int | None = None,
) -> int:  # fmt: skip
    """Do `make_change` in a transaction that holds the lock of changes."""
    found = await _look(rt, tx, what, key, after)
    if seen is not None and seen != found.seen:
        raise Stale("somebody changed it meanwhile", code="changed_meanwhile")
    if not found.lines:
        raise RuleForbids("it stands so already", code="nothing_changes")
    if await changes.waiting(tx, what, key) is not None:
        raise RuleForbids("another change of it waits", code="one_waits")
    told = {"what": what, "key": key, "before": found.before, "after": found.after}
    known = {**told, "two": found.two, "undoes": undoes}
    if found.two:
        return await changes.add(tx, {**known, "state": changes.WAITING})
    await KINDS[what].put(rt, tx, key, found.before, found.after)
    KINDS[what].made_alone(tx, key, found.before, found.after)
    done = {"state": changes.MADE, "decided_at": tx.now}
    return await changes.add(tx, {**known, **done, "decided_by": tx.actor.person_id})


async def decide_change(rt: Runtime, viewer: Viewer, change_id: int, *, agree: bool) -> str:
    """Agree to what another person proposed, or decline it; return what became of it.

    Who proposed may take it back, never agree. Errors: NotFound, NotAllowed, RuleForbids
    `same_person`, `decided_already`; Stale when what stands is not what it was made for.
    """
    if viewer.role not in DECIDERS:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        await changes.lock(tx)
        change = await changes.one(tx, change_id)
        if change.state != changes.WAITING:
            raise RuleForbids("it was decided already", code="decided_already")
        if agree and change.proposed_by == viewer.person_id:
            raise RuleForbids("another person must agree", code="same_person")
        kind = KINDS[change.what]
        now = await kind.read(rt, tx, change.key)
        state = changes.MADE if agree else changes.DECLINED
        if agree and mark(now) != mark(change.before):
            state = changes.STALE
        elif agree:
            await kind.check(rt, tx, change.key, now, change.after)
            await kind.put(rt, tx, change.key, now, change.after)
        await changes.decide(tx, change_id, state)
    return state


async def undo_change(rt: Runtime, viewer: Viewer, change_id: int) -> int:
    """Make a new change that restores what stood before; return its id.

    Errors: NotFound, NotAllowed, RuleForbids `not_made`; Stale when it was changed since.
    """
    need_admin(viewer)
    async with rt.transaction(viewer) as tx:
        await changes.lock(tx)
        change = await changes.one(tx, change_id)
        if change.state != changes.MADE or change.what not in KINDS:
            raise RuleForbids("it was never made", code="not_made")
        if not KINDS[change.what].undone:
            raise RuleForbids("this cannot be undone", code="not_undone")
        seen, back = mark(change.after), {**change.after, **change.before}
        return await make_within(
            rt, tx, change.what, change.key, back, seen=seen, undoes=change_id
        )


async def list_changes(
    rt: Runtime, viewer: Viewer, *, before: int | None = None, **wanted: Any
) -> tuple[Sequence[Any], int | None]:
    """Return changes, newest first, and where to go on. Errors: NotFound."""
    if viewer.role not in DECIDERS:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        rows = list(await changes.listed(tx, before=before, **wanted))
    more = len(rows) > changes.SHOWN
    return rows[: changes.SHOWN], int(rows[changes.SHOWN - 1].id) if more else None


async def _look(rt: Runtime, tx: Transaction, what: str, key: str, after: Values) -> Look:
    kind = KINDS[what]
    before = await kind.read(rt, tx, key)
    wanted: Mapping[str, Any] = {**before, **after}
    await kind.check(rt, tx, key, before, wanted)
    found = lines(before, wanted)
    two = await takes_two(tx, what, key, before, wanted)
    return Look(before, wanted, found, mark(before), two)


async def takes_two(
    tx: Transaction, what: str, key: str, before: Values, after: Values
) -> bool:
    """Return whether another person must agree to a change."""
    kind = KINDS[what]
    return kind.two(before, after) or await kind.also_two(tx, key, before, after)


def need_admin(viewer: Viewer) -> None:
    """Do nothing for an administrator. Errors: NotAllowed for other deciders, NotFound."""
    if viewer.role is Role.ADMIN:
        return
    if viewer.role in DECIDERS:
        raise NotAllowed("an administrator does this")
    raise NotFound("no such page")


async def subjects(rt: Runtime, viewer: Viewer, rows: Sequence[Any]) -> dict[str, str]:
    """Return the user names of the people that changes are about, by key."""
    ids = {int(row.key) for row in rows if row.key.isdigit()}
    async with rt.transaction(viewer) as tx:
        named = await people.people_names(tx, ids)
    return {str(person): username for person, (username, _) in named.items()}
