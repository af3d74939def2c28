"""Step: what two people took away from a role. Nothing beyond the contract is ever given."""

from typing import Any

from hotline.cases.lifecycle import Move
from hotline.cases.terms import Role
from hotline.errors import NotFound, RuleForbids
from hotline.identity.changes import Values, may_take
from hotline.runtime import Runtime
from hotline.store import rights
from hotline.store.transaction import Transaction


async def read(_rt: Runtime, tx: Transaction, key: str) -> dict[str, Any]:
    """Return the moves that the role `key` may not make. Errors: NotFound."""
    if key not in set(Role) - {Role.ADMIN}:
        raise NotFound("no such role")
    return {"taken": await rights.taken_from(tx, key)}


async def check(
    _rt: Runtime, _tx: Transaction, key: str, _before: Values, after: Values
) -> None:
    """Do nothing where it may be taken. Errors: RuleForbids `unknown_move`, `needed_move`."""
    for move in after["taken"]:
        if move not in set(Move):
            raise RuleForbids("no such move", code="unknown_move", field="taken")
        if not may_take(key, move):
            raise RuleForbids(f"{move} stays", code="needed_move", field="taken")


async def put(
    _rt: Runtime, tx: Transaction, key: str, _before: Values, after: Values
) -> None:
    """Put it so; it holds from everybody's next page on."""
    await rights.put_taken(tx, key, sorted(after["taken"]))
