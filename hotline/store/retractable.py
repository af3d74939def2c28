"""Steps that whoever made them may take back for a short while."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, insert, or_, select, update

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
        "before": dict(before),
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


async def opened_since(tx: Transaction, case_id: int, since: datetime) -> bool:
    """Return whether anybody outside 111 has read or answered the case since then."""
    outside = or_(people.c.role.not_in(sorted(AT_111)), case_events.c.event != "viewed")
    seen = select(case_events.c.id).where(
        case_events.c.case_id == case_id,
        case_events.c.at >= since,
        case_events.c.event.in_(("viewed", "revealed", *_ANSWERS)),
        case_events.c.actor_id == people.c.id,
        outside,
    )
    row = await tx.one(select(exists(seen).label("opened")))
    return bool(row and row.opened)


_ANSWERS = (
    "referral_accepted",
    "referral_declined",
    "referral_transferred",
    "phone_handed_over",
    "note_added",
)
