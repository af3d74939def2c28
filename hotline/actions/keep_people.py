"""Use cases: administrators see, add and name people, end their sessions, give them links."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.actions.make_change import make_within, need_admin
from hotline.actions.password_link import make_link
from hotline.actions.steps import change_person
from hotline.actions.steps.change_password import NO_PASSWORD
from hotline.cases.terms import Role
from hotline.errors import NotFound, RuleForbids
from hotline.identity.changes import Values, lines, link_by_two, mark
from hotline.identity.viewer import Viewer
from hotline.language.finding import matches
from hotline.runtime import Runtime
from hotline.store import changes, people, person_cards, second_factors, sign_ins
from hotline.store.transaction import Transaction

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
_LONGEST_NAME = 100
_NEWCOMER = {"role": Role.BODY, "region": None, "active": False}


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as the administrator sees them: no content, and no number of a case."""

    id: int
    username: str
    name: str
    values: Mapping[str, Any]
    seen: str
    factor: bool
    locked_until: datetime | None
    sessions: Sequence[Any]
    open_work: Mapping[str, int]  # open referrals by body
    waiting: Any  # a change that waits for a second person
    link_waits: Any  # a link to a new password does
    link_by_two: bool


async def list_people(
    rt: Runtime, viewer: Viewer, *, q: str | None = None, **wanted: str | None
) -> Sequence[Any]:
    """Return people; `q` stands in a name, however it is spelt. Errors: NotFound, NotAllowed."""
    need_admin(viewer)
    async with rt.transaction(viewer) as tx:
        found = await person_cards.listed(tx, **wanted)
    return [one for one in found if matches(q or "", (one.display_name, one.username))]


async def choices(rt: Runtime, viewer: Viewer) -> Sequence[Any]:
    """Return the bodies that people can be put into. Errors: NotFound, NotAllowed."""
    need_admin(viewer)
    async with rt.transaction(viewer) as tx:
        return await person_cards.body_choices(tx)


async def person_card(rt: Runtime, viewer: Viewer, person_id: int) -> PersonCard:
    """Return one person. Errors: NotFound, NotAllowed."""
    need_admin(viewer)
    async with rt.transaction(viewer) as tx:
        row = await person_cards.by_id(tx, person_id)
        if row is None:
            raise NotFound("no such person")
        values = await change_person.read(rt, tx, str(person_id))
        listed = await sign_ins.sessions_of(tx, person_id)
        locked = row.locked_until
        return PersonCard(
            int(row.id),
            row.username,
            row.display_name,
            values,
            mark(values),
            await second_factors.is_set(tx, person_id),
            locked if locked and locked > tx.now else None,
            [one for one in listed if one.step == "open"],
            await person_cards.open_work(tx, person_id),
            await changes.waiting(tx, "person", str(person_id)),
            await changes.waiting(tx, "password", str(person_id)),
            link_by_two(values, {}) or await sign_ins.waits_by_two(tx, person_id),
        )


async def hire(
    rt: Runtime, viewer: Viewer, username: str, name: str, values: Values
) -> tuple[int, str]:
    """Add a person, at once or when a second person agrees; return id and link token.

    Errors: NotFound, NotAllowed, RuleForbids with the field.
    """
    need_admin(viewer)
    async with rt.transaction(viewer) as tx:
        await changes.lock(tx)
        active = {**values, "active": True}
        return await hire_within(rt, tx, username, name, active)


async def hire_within(
    rt: Runtime, tx: Transaction, username: str, name: str, values: Values
) -> tuple[int, str]:
    """Do `hire` in a transaction; who is not `active` by `values` may not come in yet."""
    if not _USERNAME.fullmatch(username):
        raise RuleForbids("no user name", code="bad_username", field="username")
    if await people.by_username(tx, username) is not None:
        raise RuleForbids("it is taken", code="username_taken", field="username")
    _check_name(name)
    known = {"username": username, "display_name": name.strip()}
    row = {**known, **_NEWCOMER, "password_hash": NO_PASSWORD}
    person = await people.add(tx, row, [])
    before = await change_person.read(rt, tx, str(person))
    if lines(before, {**before, **values}):
        await make_within(rt, tx, "person", str(person), values)
    two = await changes.waiting(tx, "person", str(person)) is not None
    return person, await make_link(rt, tx, person, by_two=two)


async def rename(rt: Runtime, viewer: Viewer, person_id: int, name: str) -> None:
    """Give a person another name for pages; the log says that, and neither name.

    Errors: NotFound, NotAllowed, RuleForbids.
    """
    need_admin(viewer)
    _check_name(name)
    async with rt.transaction(viewer) as tx:
        row = await people.lock(tx, person_id)
        if row.display_name == name.strip():
            return
        await people.change(tx, person_id, {"display_name": name.strip()})
        told = {"what": "name", "key": str(person_id), "two": False, "state": changes.MADE}
        known = {"before": {"name": "…"}, "after": {"name": secrets.token_hex(3)}}
        decided = {"decided_at": tx.now, "decided_by": viewer.person_id}
        await changes.add(tx, {**told, **known, **decided})


async def give_link(rt: Runtime, viewer: Viewer, person_id: int) -> str:
    """Return the token of a link to a new password; the person's sessions end.

    For who may do more than an operator, when a second person agrees: they are shown a code
    that is asked beside the link, and the password of now works until then. The second step
    stays: who has the link still needs the person's telephone.
    Errors: NotFound, NotAllowed, RuleForbids `self_change`, `one_waits`.
    """
    need_admin(viewer)
    async with rt.transaction(viewer) as tx:
        await changes.lock(tx)
        await make_within(rt, tx, "password", str(person_id), {"link": True})
        two = await changes.waiting(tx, "password", str(person_id)) is not None
        hours = rt.config.admin.new_password_hours
        return await make_link(rt, tx, person_id, by_two=two, hours=hours)


async def end_sessions(
    rt: Runtime, viewer: Viewer, person_id: int, session_id: int | None
) -> int:
    """End one session of a person, or all; return how many. Errors: NotFound, NotAllowed."""
    need_admin(viewer)
    async with rt.transaction(viewer) as tx:
        await people.lock(tx, person_id)
        return await _end(tx, person_id, session_id)


async def _end(tx: Transaction, person_id: int, session_id: int | None) -> int:
    ended = await sign_ins.end_sessions(tx, person_id, session_id=session_id)
    if session_id is None:
        await sign_ins.end_tokens(tx, person_id)
    for _ in range(ended):
        sign_ins.note(tx, person_id, "ended")
    return ended


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise RuleForbids("give a name", code="bad_name", field="name")
