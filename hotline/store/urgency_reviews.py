"""Lowered urgencies that a second person reads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from hotline.cases.terms import ClockName
from hotline.identity.viewer import Viewer
from hotline.store import keys
from hotline.store.opened_parts import opened
from hotline.store.tables import cases, clocks, people
from hotline.store.tables_routing import urgency_reviews
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import visible_to

PAGE = 100


class LoweredView(View, frozen=True):
    """A lowered urgency that waits for a second person."""

    case: str
    before: int
    after: int
    reason: str | None
    lowered_by: str
    lowered_at: datetime
    due_at: datetime | None
    mine: bool  # who lowered it does not read it again


async def put(
    tx: Transaction, case_id: int, *, before: int, after: int, reason: str
) -> None:
    """Keep that the acting person lowered an urgency, and why."""
    key = await keys.load_one(tx, case_id)
    await tx.run(
        insert(urgency_reviews).values(
            case_id=case_id,
            before=before,
            after=after,
            lowered_by=tx.actor.person_id,
            lowered_at=tx.now,
            sealed_reason=key.seal_text("lowering", reason),
        )
    )


async def of_case(tx: Transaction, case_id: int, urgency: int) -> Sequence[Row[Any]]:
    """Return the lowerings of a case that nobody read yet and that still hold, locked."""
    return await tx.rows(
        select(urgency_reviews)
        .where(
            urgency_reviews.c.case_id == case_id,
            urgency_reviews.c.read_at.is_(None),
            urgency_reviews.c.before < urgency,
        )
        .order_by(urgency_reviews.c.id)
        .with_for_update()
    )


async def give(tx: Transaction, ids: Sequence[int], level: int) -> None:
    """Keep the level that the acting person set after reading."""
    await tx.run(
        update(urgency_reviews)
        .where(urgency_reviews.c.id.in_(list(ids)))
        .values(reader_id=tx.actor.person_id, read_at=tx.now, upheld=level)
    )


async def waiting(tx: Transaction, viewer: Viewer) -> tuple[LoweredView, ...]:
    """Return what waits for a second person, the oldest first, of cases the viewer may see."""
    due = (
        select(func.min(clocks.c.due_at))
        .where(
            clocks.c.case_id == urgency_reviews.c.case_id,
            clocks.c.name == ClockName.LOWERED_REREAD,
            clocks.c.state.in_(("running", "breached")),
            clocks.c.cancelled_at.is_(None),  # it was late, then raised again
        )
        .scalar_subquery()
    )
    rows = await tx.rows(
        select(urgency_reviews, cases.c.number, people.c.display_name, due.label("due_at"))
        .join(cases, cases.c.id == urgency_reviews.c.case_id)
        .join(people, people.c.id == urgency_reviews.c.lowered_by)
        .where(
            urgency_reviews.c.read_at.is_(None),
            urgency_reviews.c.before < cases.c.urgency,
            visible_to(viewer),
        )
        .order_by(urgency_reviews.c.lowered_at, urgency_reviews.c.id)
        .limit(PAGE)
    )
    parts = await opened(tx, {row.case_id for row in rows})
    return tuple(
        LoweredView(
            case=row.number,
            before=row.before,
            after=row.after,
            reason=parts.text(row.case_id, "lowering", row.sealed_reason),
            lowered_by=row.display_name,
            lowered_at=row.lowered_at,
            due_at=row.due_at,
            mine=row.lowered_by == viewer.person_id,
        )
        for row in rows
    )
