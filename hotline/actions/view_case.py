"""Use cases: reading a case is an event in its history; unmasking a person needs a reason."""

from datetime import timedelta

from hotline.actions.record_work import need
from hotline.cases.lifecycle import Move
from hotline.errors import NotAllowed, NotFound
from hotline.identity.roles import require, sees
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, history, notes
from hotline.store.transaction import Transaction

REFRESHED = timedelta(hours=1)  # a page that stays open is written down once in that time


async def record_refresh(tx: Transaction, case_id: int) -> None:
    """Write that the actor reads the case, unless they opened it a short while ago.

    An open page reads its parts anew by itself; whoever asks for a part alone has read the
    case as well. Errors: NotFound as below.
    """
    reader = tx.actor
    since = tx.now - REFRESHED
    if not await history.viewed_since(tx, case_id, reader.person_id, since):
        await record_view(tx, case_id, "page")


async def record_view(tx: Transaction, case_id: int, where: str) -> None:
    """Write that the transaction's actor read the case. `where`: page | api | print.

    An offer may be taken back while a body opens it: either it was opened, and stays, or
    nothing of it is handed out. Errors: NotFound when it was taken back meanwhile.
    """
    reader = tx.actor
    if isinstance(reader, Viewer) and not reader.at_111:
        case = await cases.by_id(tx, case_id, share=True)
        if case is None or not sees(reader, case.access):
            raise NotFound("no such case")
    tx.record("viewed", case_id=case_id, data={"where": where})


async def reveal_identity(rt: Runtime, viewer: Viewer, number: str, reason: str) -> None:
    """Write who unmasks a name or number, and why; the caller then shows it once.

    People at 111 and the lead body's may. Errors: NotFound, NotAllowed, RuleForbids.
    """
    said = need(reason, "reason")
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key)
        require(viewer, Move.REVEAL, case.access)
        if not viewer.at_111 and case.access.lead not in viewer.bodies:
            raise NotAllowed("only 111 and the lead may see who wrote")
        note = await notes.add(tx, case.id, "reveal", said)
        tx.record("revealed", case_id=case.id, data={"note": note})
