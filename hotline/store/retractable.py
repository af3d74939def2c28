"""Steps that whoever made them may take back for a short while."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, exists, func, insert, or_, select, update

from hotline.identity.viewer import AT_111
from hotline.store.tables import case_events, people
from hotline.store.tables_queue import retractable
from hotline.store.transaction import Transaction

WITHIN = timedelta(seconds=30)  # ten seconds of a button, and a slow line
CLOSE, CONFIRM = "close", "confirm"


async def remember(
    tx: Transaction, contact_id: int, kind: str, before: Mapping[str, Any]
) -> None:
    """Keep how a contact stood before a step of the transaction's actor. Codes and ids only."""
    row = {
        "contact_id": contact_id,
        "person_id": tx.actor.person_id,
        "kind": kind,
        "made_at": tx.now,
        "before": {**before, "event": await _newest_event(tx)},
    }
    await tx.run(insert(retractable).values(**row))


async def newest(tx: Transaction, contact_id: int) -> Row[Any] | None:
    """Return the last step that was made with the contact, locked, or None."""
    return await tx.one(
        select(retractable)
        .where(retractable.c.contact_id == contact_id)
        .order_by(retractable.c.id.desc())
        .limit(1)
        .with_for_update()
    )


async def done(tx: Transaction, step_id: int) -> None:
    """Keep that a step was taken back."""
    await tx.run(
        update(retractable).where(retractable.c.id == step_id).values(retracted_at=tx.now)
    )


async def opened_since(tx: Transaction, case_id: int, step: Row[Any]) -> bool:
    """Return whether somebody outside 111 did anything with the case since the step.

    By the order in which events were written: clocks of two machines may differ.
    """
    outside = people.c.role.not_in(sorted(AT_111))
    seen = select(case_events.c.id).where(
        case_events.c.case_id == case_id,
        case_events.c.id > int(step.before["event"]),
        case_events.c.actor_id == people.c.id,
        or_(outside, case_events.c.event.in_(_OF_111)),
    )
    row = await tx.one(select(exists(seen).label("opened")))
    return bool(row and row.opened)


async def _newest_event(tx: Transaction) -> int:
    row = await tx.one(select(func.max(case_events.c.id).label("id")))
    return int(row.id or 0) if row is not None else 0


# What people at 111 do with a case that was offered: it cannot be taken back silently.
_OF_111 = (
    "revealed",
    "referral_accepted",
    "referral_declined",
    "referral_transferred",
    "phone_handed_over",
    "note_added",
)
