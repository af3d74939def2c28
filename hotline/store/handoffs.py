"""Emergency hand-offs: tasks that a person does by voice; the machine never dials."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, insert, select, update

from hotline.cases.terms import ClockState
from hotline.store.tables import clocks, handoffs, people
from hotline.store.tables_routing import handoff_attempts
from hotline.store.transaction import Transaction


async def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return the hand-offs of a case, in order."""
    return await tx.rows(
        select(handoffs).where(handoffs.c.case_id == case_id).order_by(handoffs.c.id)
    )


async def unwatched(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return the open tasks of a case that no clock watches, in order.

    `since`: when the clock that was cancelled had started; None where there never was one.
    """
    own = clocks.c.handoff_id == handoffs.c.id
    watched = exists(select(clocks.c.id).where(own, clocks.c.state != ClockState.CANCELLED))
    since = select(func.max(clocks.c.started_at)).where(own).scalar_subquery()
    return await tx.rows(
        select(handoffs.c.id, handoffs.c.service, since.label("since"))
        .where(handoffs.c.case_id == case_id, handoffs.c.state != "accepted", ~watched)
        .order_by(handoffs.c.id)
    )


async def attempts(
    tx: Transaction, handoff_ids: Sequence[int]
) -> dict[int, list[Row[Any]]]:
    """Return the calls made for each hand-off, oldest first, with the caller's name."""
    if not handoff_ids:
        return {}
    rows = await tx.rows(
        select(handoff_attempts, people.c.display_name)
        .join(people, people.c.id == handoff_attempts.c.person_id)
        .where(handoff_attempts.c.handoff_id.in_(handoff_ids))
        .order_by(handoff_attempts.c.id)
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.handoff_id, []).append(row)
    return found


async def add_attempt(
    tx: Transaction, handoff_id: int, *, called_at: datetime, result: str, sealed: bytes
) -> None:
    """Append what came of one call; nobody changes it afterwards."""
    await tx.run(
        insert(handoff_attempts).values(
            handoff_id=handoff_id,
            called_at=called_at,
            at=tx.now,
            person_id=tx.actor.person_id,
            result=result,
            sealed_details=sealed,
        )
    )


async def require(tx: Transaction, case_id: int, service: str) -> int:
    """Make the task of handing the case to 102, 103 or 112; return its id."""
    row = await tx.one(
        insert(handoffs)
        .values(case_id=case_id, service=service, state="required", required_at=tx.now)
        .returning(handoffs.c.id)
    )
    if row is None:
        raise RuntimeError("a hand-off was not stored")
    tx.record("handoff_required", case_id=case_id, data={"service": service})
    return int(row.id)


async def change(tx: Transaction, handoff_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a hand-off."""
    await tx.run(update(handoffs).where(handoffs.c.id == handoff_id).values(**dict(values)))
