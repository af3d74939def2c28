"""What a reporter or partner may learn by receipt: the state, never the content."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from hotline.store.tables import case_events, cases, contacts
from hotline.store.transaction import Transaction

# A lawful notice that could not safely be sent is deposited here (clock rule i).
_PASSED_ON = (
    select(func.max(case_events.c.at))
    .where(
        case_events.c.contact_id == contacts.c.id,
        case_events.c.event == "applicant_told",
        case_events.c.data["what"].astext == "redirected",
    )
    .scalar_subquery()
)
_PUT_OFF = (  # likewise: until when the written answer was put off; moments in UTC
    select(func.max(case_events.c.data["until"].astext))
    .where(
        case_events.c.contact_id == contacts.c.id,
        case_events.c.event == "applicant_told",
        case_events.c.data["what"].astext == "extended",
    )
    .scalar_subquery()
)
_STATE = select(
    contacts.c.id,
    contacts.c.receipt,
    contacts.c.state,
    contacts.c.received_at,
    cases.c.status.label("case_status"),
    _PASSED_ON.label("passed_on_at"),
    _PUT_OFF.label("put_off_until"),
).select_from(contacts.outerjoin(cases, cases.c.id == contacts.c.case_id))


async def lock_pin(tx: Transaction, contact_id: int) -> Row[Any] | None:
    """Return what guards a thread, locked: two guesses at once are counted one by one."""
    return await tx.one(
        select(contacts.c.pin_hash, contacts.c.pin_failures, contacts.c.pin_wait_until)
        .where(contacts.c.id == contact_id)
        .with_for_update()
    )


async def note_pin(
    tx: Transaction, contact_id: int, failures: int, wait_until: datetime | None
) -> None:
    """Write how many wrong PINs in a row there were and until when the next must wait."""
    await tx.run(
        update(contacts)
        .where(contacts.c.id == contact_id)
        .values(pin_failures=failures, pin_wait_until=wait_until)
    )


async def state(tx: Transaction, contact_id: int) -> Row[Any] | None:
    """Return receipt, state, moment and the case's status of one contact."""
    return await tx.one(_STATE.where(contacts.c.id == contact_id))


async def state_for_partner(
    tx: Transaction, contact_id: int, partner: str
) -> Row[Any] | None:
    """Return the same, when that partner sent the contact."""
    return await tx.one(
        _STATE.where(
            contacts.c.id == contact_id,
            contacts.c.channel == "partner",
            contacts.c.account == partner,
        )
    )
