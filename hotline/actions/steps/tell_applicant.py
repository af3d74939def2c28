"""Step: what the law wants the applicant told: neutral words, sent where that is safe.

In any case they lie on the status page as well.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotline.actions.steps.write_out import (
    SPOKEN,
    Words,
    judge,
    locale_of,
    reach_of,
    write_down,
)
from hotline.cases.terms import OutboundKind
from hotline.notify import wording
from hotline.routing.outbound import Deposit, Suppress
from hotline.runtime import Runtime
from hotline.store import contacts
from hotline.store.transaction import Transaction


async def tell_applicants(
    rt: Runtime,
    tx: Transaction,
    case_id: int,
    what: str,
    *,
    until: datetime | None = None,
    more: Mapping[str, str] | None = None,
    deposit_only: bool = False,
) -> bool:
    """Tell whoever wrote of a case; return whether any of them may be written to.

    A thread is told once, however many of its messages belong to the case. `deposit_only`:
    a person found that writing is unsafe.
    """
    safe, told = False, set[bytes]()
    for contact in await contacts.of_case(tx, case_id):
        safe = safe or contact.may_write
        data = {
            "what": what,
            "where": "status_page",
            "writing": "allowed" if contact.may_write else "unsafe",
            **(more or {}),
        }
        tx.record("applicant_told", case_id=case_id, contact_id=contact.id, data=data)
        if not deposit_only and contact.thread_hash not in told:
            await _send(rt, tx, contact, what, until)
        if contact.thread_hash is not None:
            told.add(contact.thread_hash)
    return safe


async def _send(
    rt: Runtime, tx: Transaction, contact: Any, what: str, until: datetime | None
) -> None:
    """Write the line down where policy lets it go; elsewhere the status page alone tells."""
    reach = await reach_of(tx, contact)
    decision = await judge(rt, tx, contact, reach, OutboundKind.NOTICE)
    if isinstance(decision, Deposit | Suppress):
        return
    usual = locale_of(contact, reach)
    locale = usual if usual in SPOKEN else SPOKEN[0]
    said = wording.line(what, locale, contact.receipt, until)
    words = Words(OutboundKind.NOTICE, said, locale, what)
    written = await write_down(tx, contact, words, decision)
    tx.record(
        "notice_written",
        case_id=contact.case_id,
        contact_id=contact.id,
        data={"outbound": written, "what": what},
    )
