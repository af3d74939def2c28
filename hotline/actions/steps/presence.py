"""Step: what an operator is doing follows their call; their own page hears of it at once."""

from datetime import datetime, timedelta

from hotline.cases.presence import Doing, after_call
from hotline.cases.terms import CallState, PresenceState
from hotline.runtime import Runtime
from hotline.store import presence
from hotline.store.transaction import Nudge, Transaction


async def follow(
    rt: Runtime, tx: Transaction, *, person_id: int, call_id: int, state: CallState
) -> None:
    """Let `person_id` do what the new state of their call says; nudge them and the board.

    For every change of a call that has, or had, an operator. Whoever loses a call to a
    colleague (a transfer, an offer that nobody took) is told with `CLOSED`.
    """
    row = await presence.hold(tx, person_id)
    now = Doing(PresenceState(row.state), row.call_id)
    then = after_call(now, call_id, state)
    if then is not None:
        await presence.change(tx, row, then, until=_until(rt, tx, then))
    tell(tx, person_id)


def tell(tx: Transaction, person_id: int | None = None) -> None:
    """Nudge the pages of one operator, and every board."""
    if person_id is not None:
        tx.nudge(Nudge("call", person_id=person_id))
    tx.nudge(Nudge("phone"))


def _until(rt: Runtime, tx: Transaction, then: Doing) -> datetime | None:
    if then.state is not PresenceState.WRAP_UP:
        return None
    return tx.now + timedelta(seconds=rt.config.channels.phone.wrap_up_s)
