"""Use case (a job): one neutral line to whoever opened a thread.

Queue: outward. What triage makes of the message is neither known nor asked here.
"""

from collections.abc import Sequence
from typing import Any

from hotline.actions.steps.write_out import Words, judge, locale_of, reach_of, write_down
from hotline.cases.inbound import InboundKind
from hotline.cases.terms import JobName, OutboundKind
from hotline.identity.viewer import Machine
from hotline.notify import wording
from hotline.routing.outbound import Send
from hotline.runtime import Runtime
from hotline.store import contacts, outbound, outbox
from hotline.store.transaction import Transaction

ACKNOWLEDGE = Machine("acknowledge")


async def acknowledge_contacts(rt: Runtime, outbox_ids: Sequence[int]) -> int:
    """Write the lines that outbox rows `outbox_ids` promise; return how many were open.

    Errors: Unavailable.
    """
    async with rt.transaction(ACKNOWLEDGE) as tx:
        promised = await outbox.claim(tx, JobName.ACKNOWLEDGE_CONTACT, outbox_ids)
        for row in await contacts.by_ids(tx, [one.subject_id for one in promised]):
            await _acknowledge(rt, tx, row)
        if promised:
            await outbox.finish(tx, [one.id for one in promised])
        return len(promised)


async def _acknowledge(rt: Runtime, tx: Transaction, row: Any) -> None:
    """Write the line down where it may go; where it may not, nothing is left to be seen."""
    if row.thread_hash is None or row.kind != InboundKind.MESSAGE:
        return
    await outbound.lock_thread(tx, row.thread_hash)  # two first messages: one line
    reach = await reach_of(tx, row)
    decision = await judge(rt, tx, row, reach, OutboundKind.ACK)
    if not isinstance(decision, Send):
        return
    locale = locale_of(row, reach)
    said = wording.line(wording.ACK, locale, row.receipt)
    words = Words(OutboundKind.ACK, said, locale, wording.ACK)
    await write_down(tx, row, words, decision)
