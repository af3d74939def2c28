"""Rights that were taken away from roles."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from hotline.store.tables_admin import rights_taken
from hotline.store.transaction import Transaction


async def taken_from(tx: Transaction, role: str) -> list[str]:
    """Return the moves that a role may not make, in order."""
    rows = await tx.rows(
        select(rights_taken.c.move)
        .where(rights_taken.c.role == role)
        .order_by(rights_taken.c.move)
    )
    return [row.move for row in rows]


async def put_taken(tx: Transaction, role: str, moves: Sequence[str]) -> None:
    """Let a role be without these moves, and only these."""
    await tx.run(delete(rights_taken).where(rights_taken.c.role == role))
    if moves:
        await tx.run(insert(rights_taken), [{"role": role, "move": one} for one in moves])
