"""Hand-overs by voice to bodies without a login; an append-only ledger."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from hotline.store import keys
from hotline.store.tables import people, referrals
from hotline.store.tables_routing import phone_handovers
from hotline.store.transaction import Transaction

_DETAILS = "phone_handover"


@dataclass(frozen=True, slots=True)
class Handover:
    """Who of a body took a referral over, by which number, and who at 111 rang."""

    referral_id: int
    at: datetime
    by: str
    name: str
    reference: str


async def add(
    tx: Transaction, case_id: int, referral_id: int, name: str, reference: str
) -> None:
    """Write a hand-over; the details are sealed under the case's key."""
    key = await keys.load_one(tx, case_id)
    told = json.dumps({"name": name, "reference": reference}, ensure_ascii=False)
    await tx.run(
        insert(phone_handovers).values(
            referral_id=referral_id,
            at=tx.now,
            person_id=tx.actor.person_id,
            sealed_details=key.seal_text(_DETAILS, told),
        )
    )


async def of_case(tx: Transaction, case_id: int) -> Sequence[Handover]:
    """Return a case's hand-overs by voice, oldest first; none when its key was destroyed."""
    rows = await tx.rows(
        select(phone_handovers, people.c.display_name)
        .join(referrals, referrals.c.id == phone_handovers.c.referral_id)
        .join(people, people.c.id == phone_handovers.c.person_id)
        .where(referrals.c.case_id == case_id)
        .order_by(phone_handovers.c.id)
    )
    opened = await keys.load(tx, [case_id]) if rows else {}
    if case_id not in opened:
        return ()
    found = []
    for row in rows:
        told = json.loads(opened[case_id].open_text(_DETAILS, row.sealed_details) or "{}")
        found.append(
            Handover(
                row.referral_id,
                row.at,
                row.display_name,
                told.get("name", ""),
                told.get("reference", ""),
            )
        )
    return found
