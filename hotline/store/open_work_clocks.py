"""Clocks that count working time and are not over: another calendar may move them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, or_, select

from hotline.cases.terms import ClockState
from hotline.config.limit import CalendarKind
from hotline.store.tables import cases, clocks
from hotline.store.transaction import Transaction

_OPEN = and_(
    clocks.c.calendar == CalendarKind.WORK,
    clocks.c.state.in_((ClockState.RUNNING, ClockState.PAUSED)),
)
Kept = tuple[str | None, str]  # whose hours, version of the calendar


async def versions(tx: Transaction) -> list[Kept]:
    """Return by which calendars open deadlines were counted."""
    rows = await tx.rows(
        select(clocks.c.body_id, clocks.c.calendar_version).where(_OPEN).distinct()
    )
    return [(row.body_id, row.calendar_version) for row in rows]


async def claim(
    tx: Transaction, counted_by: Sequence[Kept], after: int, limit: int
) -> Sequence[Row[Any]]:
    """Return open clocks counted by these calendars, in order of id, locked.

    Their cases are locked first, as every use case does it.
    """
    chosen = or_(
        *(
            and_(
                clocks.c.body_id.is_(None) if body is None else clocks.c.body_id == body,
                clocks.c.calendar_version == version,
            )
            for body, version in counted_by
        )
    )
    found = await tx.rows(
        select(clocks.c.id, clocks.c.case_id)
        .where(_OPEN, chosen, clocks.c.id > after)
        .order_by(clocks.c.id)
        .limit(limit)
    )
    if not found:
        return []
    owners = sorted({row.case_id for row in found if row.case_id is not None})
    locked = select(cases.c.id).where(cases.c.id.in_(owners)).order_by(cases.c.id)
    await tx.rows(locked.with_for_update())
    wanted = clocks.c.id.in_([row.id for row in found])
    return await tx.rows(
        select(clocks).where(_OPEN, wanted).order_by(clocks.c.id).with_for_update()
    )
