"""Use case: a person is forgotten: the keys of what they wrote are destroyed, in backups too."""

from collections.abc import Iterable
from typing import Any

from hotline.cases.terms import Role
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.identity.viewer import Machine, Viewer
from hotline.runtime import Runtime
from hotline.store import (
    calls,
    contacts,
    follow_ups,
    keys,
    links,
    media,
    outbound,
    people,
    retention,
    sketches,
)
from hotline.store.transaction import Transaction

COMMAND_LINE = Machine("command_line")


async def forget_person(rt: Runtime, viewer: Viewer, receipts: Iterable[str]) -> int:
    """Destroy the keys behind these receipts and remove their traces; return how many.

    With a message go its edits, the rest of its album and its thread: the same person's words.
    Rows stay, so that every count still adds up; nothing in them can be read again. The
    case's own notes have the case's key, which goes with the last contact of the case, and so do
    acts, files and letters of the case, and what a commissioner wrote of it.
    Errors: NotFound, NotAllowed; RuleForbids `held` where a legal hold keeps their case.
    """
    if viewer.role not in (Role.SUPERVISOR, Role.ADMIN):
        raise NotAllowed("a supervisor or administrator forgets")
    async with rt.transaction(viewer) as tx:
        forgotten = 0
        for receipt in receipts:
            contact = await contacts.by_receipt(tx, receipt, rt.number_key)
            theirs = await follow_ups.whole(tx, contact.id)
            rows = await contacts.by_ids(tx, theirs, lock=True)
            if await retention.any_held(tx, {row.case_id for row in rows}):
                raise RuleForbids("a legal hold keeps the case", code="held")
            gone = [await forget_contact(tx, row) for row in rows]
            forgotten += any(gone)
        return forgotten


async def forget_contact(tx: Transaction, contact: Any) -> bool:
    """Forget one contact; return whether it could be read before."""
    owners = [contact.id]
    if contact.case_id is not None and await _last(tx, contact):
        owners += await retention.keys_of_case(tx, contact.case_id)
    destroyed = await keys.destroy(tx, owners)
    await contacts.forget_traces(tx, contact.id)
    await sketches.forget(tx, contact.id)
    await media.forget(tx, contact.id)
    await calls.forget(tx, contact.id)
    await links.forget(tx, contact.id)
    await outbound.forget(tx, contact.id)
    tx.record("forgotten", case_id=contact.case_id, contact_id=contact.id)
    return bool(destroyed)


async def forget_as(rt: Runtime, *, username: str, receipts: Iterable[str]) -> int:
    """Do `forget_person` for a user named on the command line. Errors: NotFound, NotAllowed."""
    async with rt.transaction(COMMAND_LINE) as tx:
        row = await people.by_username(tx, username)
        viewer = await people.viewer(tx, row.id) if row is not None else None
    if viewer is None:
        raise NotFound(f"there is no active user `{username}`", code="no_such_user")
    return await forget_person(rt, viewer, receipts)


async def _last(tx: Transaction, contact: Any) -> bool:
    """Return whether no other contact of the case can still be read."""
    others = [row.id for row in await contacts.of_case(tx, contact.case_id)]
    alive = await keys.load(tx, [other for other in others if other != contact.id])
    return not alive
