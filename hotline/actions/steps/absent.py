"""Step: an absence begins now: what waits for the person goes to the next at once."""

from collections.abc import Sequence

import structlog

from hotline.actions.steps.halve import halved
from hotline.actions.steps.offer import tell_nobody_there
from hotline.actions.steps.reassign import reroute_absent
from hotline.actions.steps.suggest import ABSENT
from hotline.identity.viewer import Actor
from hotline.runtime import Runtime
from hotline.store import absences, load, pages
from hotline.store.transaction import Transaction

log = structlog.get_logger()


async def begin_absence(rt: Runtime, actor: Actor, absence_id: int) -> int:
    """Move on what waits for the person of an absence; return 1, or 0 where it is not due.

    Each begins once, in transactions of its own; an outage only delays it. A case that
    cannot be moved on holds up no other: the shift at 111 is told of it.
    """

    async def together(ids: Sequence[int]) -> int:
        async with rt.transaction(actor) as tx:
            return sum([await _begin(rt, tx, one) for one in ids])

    async def one_by_one(broken_id: int, error: Exception) -> None:
        # The kind of error alone: what it says may quote a person.
        log.error("absence_stuck", code=type(error).__name__, absence_id=broken_id)
        await _one_by_one(rt, actor, broken_id)

    return await halved([absence_id], together, one_by_one)


async def _begin(rt: Runtime, tx: Transaction, absence_id: int) -> int:
    begun = await absences.begin(tx, absence_id)
    if begun is None:
        return 0
    # After an outage it may be over: who is back keeps their cases.
    if begun.to_at > tx.now:
        await pages.hurry(tx, begun.person_id)
        await reroute_absent(rt, tx, begun.person_id)
    return 1


async def _one_by_one(rt: Runtime, actor: Actor, absence_id: int) -> None:
    """Move each case in a transaction of its own; what stays with the person is told."""
    async with rt.transaction(actor) as tx:
        away = await absences.one(tx, absence_id)
        if away is None or away.begun_at is not None:
            return
        held = {row.id: row for row in await load.held_by(tx, away.person_id)}

    async def move(ids: Sequence[int]) -> int:
        async with rt.transaction(actor) as tx:
            return await reroute_absent(rt, tx, away.person_id, ids)

    async def tell(referral_id: int, error: Exception) -> None:
        log.error("case_not_moved", code=type(error).__name__, referral_id=referral_id)
        async with rt.transaction(actor) as tx:
            tell_nobody_there(tx, held[referral_id], ABSENT)

    await halved(list(held), move, tell)
    async with rt.transaction(actor) as tx:  # last: what an outage interrupts is done again
        await absences.begin(tx, absence_id)
        await pages.hurry(tx, away.person_id)
