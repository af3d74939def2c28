"""Working hours of bodies, for the clocks that count them."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import select

from hotline.config.calendar import Hours
from hotline.store.tables import bodies, referrals
from hotline.store.transaction import Transaction


async def of_referrals(
    tx: Transaction, ids: Iterable[int]
) -> Mapping[int, tuple[str, Hours]]:
    """Return (body, hours) by referral, of bodies that have hours of their own."""
    rows = await tx.rows(
        select(referrals.c.id, referrals.c.body_id, bodies.c.hours)
        .join(bodies, bodies.c.id == referrals.c.body_id)
        .where(referrals.c.id.in_(sorted(ids)), bodies.c.hours.is_not(None))
    )
    return {row.id: (row.body_id, _hours(row.hours)) for row in rows if row.hours}


async def of_bodies(tx: Transaction, ids: Iterable[str]) -> Mapping[str, Hours]:
    """Return the hours of those bodies that have hours of their own."""
    rows = await tx.rows(
        select(bodies.c.id, bodies.c.hours).where(
            bodies.c.id.in_(sorted(ids)), bodies.c.hours.is_not(None)
        )
    )
    return {row.id: _hours(row.hours) for row in rows if row.hours}


def _hours(stored: Any) -> Hours:
    """Return hours as config/calendar.yaml writes them; checked when they were stored."""
    return msgspec.convert(stored, Hours)
