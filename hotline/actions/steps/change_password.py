"""Step: a person is to choose a new password by a link; the one of now works no more.

Two people where the person may do more than an operator: one alone could be them.
"""

from typing import Any

from hotline.actions.steps.change_person import id_of
from hotline.errors import RuleForbids
from hotline.identity.changes import Values
from hotline.runtime import Runtime
from hotline.store import people, sign_ins
from hotline.store.transaction import Transaction

# Opens nothing: it is no hash at all, until its person chose a password by the link.
NO_PASSWORD = "none"  # noqa: S105


async def read(_rt: Runtime, tx: Transaction, key: str) -> dict[str, Any]:
    """Return whose password it is: the role decides who must agree. Errors: NotFound."""
    row = await people.lock(tx, id_of(key))
    return {"role": row.role, "link": False}


async def check(
    _rt: Runtime, tx: Transaction, key: str, _before: Values, _after: Values
) -> None:
    """Do nothing for another person's password. Errors: RuleForbids `self_change`."""
    if id_of(key) == tx.actor.person_id:
        raise RuleForbids("nobody does this for themselves", code="self_change")


async def also_two(tx: Transaction, key: str, _before: Values, _after: Values) -> bool:
    """Return whether the link before took two and was not used: another takes two as well.

    Else one administrator could come in for whom a second person agreed to.
    """
    return await sign_ins.waits_by_two(tx, id_of(key))


async def put(
    _rt: Runtime, tx: Transaction, key: str, _before: Values, _after: Values
) -> None:
    """Take the password away; the person's sessions and tokens end now."""
    person = id_of(key)
    await people.change(tx, person, {"password_hash": NO_PASSWORD})
    for _ in range(await sign_ins.end_sessions(tx, person)):
        sign_ins.note(tx, person, "ended")
    await sign_ins.end_tokens(tx, person)
