"""Step: who may plan whose duty and absence."""

from typing import Any

from hotline.cases.terms import Role
from hotline.errors import NotAllowed, NotFound
from hotline.identity.viewer import Viewer
from hotline.store import bodies, duty, people
from hotline.store.transaction import Transaction

PLANNERS = (Role.SUPERVISOR, Role.ADMIN)
HEADS = ("head", "deputy")


async def planned_body(tx: Transaction, viewer: Viewer, body: str) -> None:
    """Do nothing if the viewer may plan the duty of a body: its heads, 111's supervisor, admin.

    Errors: NotFound for an unknown body; NotAllowed.
    """
    if body not in await bodies.names(tx):
        raise NotFound("no such body")
    if viewer.role in PLANNERS:
        return
    if not await _heads(tx, viewer, {body}):
        raise NotAllowed("only the head, a deputy or the supervisor of 111 plans duty")


async def planned_person(tx: Transaction, viewer: Viewer, who: str) -> Any:
    """Return the person (user name or number) whom the viewer may plan for, locked.

    Oneself, whoever works in a body that one heads, and for a supervisor or an administrator
    everybody. Errors: NotFound for nobody of one's bodies; NotAllowed for a colleague.
    """
    row = await people.by_username(tx, who)
    if row is None and who.isascii() and who.isdigit() and len(who) <= _LONGEST_ID:
        row = await duty.person_by_id(tx, int(who))
    if row is None or not row.active:
        raise NotFound("no such person")
    row = await people.lock(tx, row.id)
    if viewer.role in PLANNERS or row.id == viewer.person_id:
        return row
    theirs = await people.viewer(tx, row.id)
    shared = theirs.bodies & viewer.bodies if theirs else frozenset()
    if not shared:
        raise NotFound("no such person")
    if not await _heads(tx, viewer, shared):
        raise NotAllowed("only they, their head or the supervisor of 111 may do this")
    return row


async def _heads(tx: Transaction, viewer: Viewer, of: set[Any] | frozenset[Any]) -> bool:
    """Return whether the viewer is head or deputy of one of the bodies now."""
    members = await duty.positions(tx, viewer.person_id)
    return any(members.get(body) in HEADS for body in of)


_LONGEST_ID = 18
