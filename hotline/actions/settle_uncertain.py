"""Use case: a person says what became of a message of which nobody knows."""

from typing import Any

from hotline.cases.terms import JobName, OutboundState, QueueName
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import contacts, outbound
from hotline.store.transaction import Transaction

_MAY_GO_AGAIN = (OutboundState.UNCERTAIN, OutboundState.FAILED)


async def settle_uncertain(
    rt: Runtime, viewer: Viewer, receipt: str, outbound_id: int, *, arrived: bool
) -> None:
    """Say that a message arrived, or let it go once more: then it is judged and sent anew.

    A message that failed may go again too. Errors: NotFound; RuleForbids `not_uncertain`.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    async with rt.transaction(viewer) as tx:
        row = await outbound.locked(tx, outbound_id)
        if row is None:
            raise NotFound("no such message")
        contact = await _contact(rt, tx, receipt, row)
        may = (OutboundState.UNCERTAIN,) if arrived else _MAY_GO_AGAIN
        if row.state not in may:
            raise RuleForbids(
                "it is known what became of this message", code="not_uncertain"
            )
        if arrived:
            await outbound.move(tx, row, OutboundState.SENT, reason="by_person")
        else:
            await outbound.go_again(tx, row)
            tx.promise(JobName.SEND_OUTBOUND, QueueName.OUTWARD, [row.id])
        tx.record(
            "delivery_settled",
            case_id=contact.case_id,
            contact_id=contact.id,
            data={"outbound": row.id, "arrived": arrived},
        )


async def _contact(rt: Runtime, tx: Transaction, receipt: str, row: Any) -> Any:
    """Return whose message it is: of this contact or of its thread. Errors: NotFound."""
    shown = await contacts.by_receipt(tx, receipt, rt.number_key)
    contact = (await contacts.by_ids(tx, [row.contact_id]))[0]
    first = shown.follows_id or shown.id
    spoken = shown.thread_hash is not None and contact.thread_hash == shown.thread_hash
    same = first in (contact.id, contact.follows_id) or contact.id == shown.id
    if contacts.keeps_out(tx, contact) or not (same or spoken):
        raise NotFound("no such message")
    return contact
