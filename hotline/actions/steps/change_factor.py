"""Step: a person's second step is taken away, so that they set it up anew. Takes two people.

One administrator alone could otherwise give out a link, drop the code and be that person.
"""

from typing import Any

from hotline.actions.steps.change_person import id_of
from hotline.errors import RuleForbids
from hotline.identity.changes import Values
from hotline.runtime import Runtime
from hotline.store import people, second_factors, sign_ins
from hotline.store.transaction import Transaction


async def read(_rt: Runtime, tx: Transaction, key: str) -> dict[str, Any]:
    """Return whether the person whose id is `key` has a second step. Errors: NotFound."""
    row = await people.lock(tx, id_of(key))
    return {"factor": await second_factors.is_set(tx, row.id)}


async def check(
    _rt: Runtime, tx: Transaction, key: str, _before: Values, after: Values
) -> None:
    """Do nothing where it is taken away from another. Errors: RuleForbids."""
    if id_of(key) == tx.actor.person_id:
        raise RuleForbids("nobody changes themselves", code="self_change", field="factor")
    if after["factor"]:
        raise RuleForbids("everybody sets up their own", code="own_factor", field="factor")


async def put(
    _rt: Runtime, tx: Transaction, key: str, _before: Values, _after: Values
) -> None:
    """Take it away; the person's sessions and tokens end, and the next sign-in sets it up."""
    person = id_of(key)
    if await second_factors.remove(tx, person):
        sign_ins.note(tx, person, "factor_removed")
    await people.change(tx, person, {"second_due_at": tx.now})
    await sign_ins.end_sessions(tx, person)
    await sign_ins.end_tokens(tx, person)
