"""Use case: somebody's page has a contact or a case open, or was shut."""

from dataclasses import replace

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, contacts, looking
from hotline.store.looking import CASE, CONTACT
from hotline.store.transaction import Nudge, Transaction


async def look_at(rt: Runtime, viewer: Viewer, subject: str, *, away: bool = False) -> None:
    """Keep that the viewer has "contact:RECEIPT" or "case:NUMBER" open; pages are told of news.

    Errors: NotFound for what the viewer may not know of.
    """
    async with rt.transaction(viewer) as tx:
        kind, subject_id, nudge = await found(rt, tx, viewer, subject)
        move = looking.look_away if away else looking.look
        if await move(tx, kind, subject_id, viewer.person_id):
            tx.nudge(nudge)


async def who_looks(rt: Runtime, viewer: Viewer, subject: str) -> list[str]:
    """Return the names of who else has it open. Errors: NotFound."""
    async with rt.transaction(viewer) as tx:
        kind, subject_id, _ = await found(rt, tx, viewer, subject)
        names = await looking.others(tx, viewer, kind, [subject_id])
    return names.get(subject_id, [])


async def found(
    rt: Runtime, tx: Transaction, viewer: Viewer, subject: str
) -> tuple[str, int, Nudge]:
    """Return kind, id and whom to tell. Errors: NotFound."""
    kind, _, number = subject.partition(":")
    if kind == CASE:
        case = await cases.read(tx, viewer, number, rt.number_key)
        return CASE, case.id, replace(case.nudge(), kind="looking")
    if kind != CONTACT or not viewer.at_111:
        raise NotFound("no such thing")
    row = await contacts.by_receipt(tx, number, rt.number_key)
    apart = tuple(row.apart or ())
    return CONTACT, row.id, Nudge("looking", apart=apart, contacts=(row.id,))
