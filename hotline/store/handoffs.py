"""Emergency hand-offs: tasks that a person does by voice; the machine never dials."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update

from hotline.store.tables import handoffs
from hotline.store.transaction import Transaction


async def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return the hand-offs of a case, in order."""
    return await tx.rows(
        select(handoffs).where(handoffs.c.case_id == case_id).order_by(handoffs.c.id)
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
