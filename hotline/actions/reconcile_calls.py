"""Use cases: what nobody watched is looked up again; what is over is closed.

An event that was not heard never comes again: a hang-up while the line was down is only seen
by asking which channels there are. An end that turns out to have been none (the call is heard
of later) is undone by the fold itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hotline.actions.follow_call import PHONE, follow_call, say
from hotline.actions.follow_leg import clear_away
from hotline.actions.steps import presence
from hotline.cases.call_event import CallEvent, CallWhat, Ended
from hotline.cases.terms import CallState
from hotline.notify.ari import Ari
from hotline.runtime import Runtime
from hotline.store import calls

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was found."""

    closed: int
    taken_up: int


async def reconcile_calls(
    rt: Runtime,
    ari: Ari,
    pbx: str,
    *,
    looked_at: datetime,
    there: Sequence[CallEvent],
    alive: frozenset[str],
) -> Reconciled:
    """Compare our open calls of `pbx` with what the exchange has.

    `looked_at`: before the exchange was asked; a call that began then or later is not judged.
    `there`: the calls in our app; `alive`: every channel. Errors: Unavailable.
    """
    async with rt.transaction(PHONE) as tx:
        rows = await calls.open_of(tx, pbx)
        known = await calls.ends_of(tx, pbx, [event.call_ref for event in there])
    gone = [row for row in rows if row.call_ref not in alive and row.started_at < looked_at]
    for row in gone:
        await say(rt, row, CallWhat.UNOBSERVED, f"unobserved:{looked_at.isoformat()}")
        await clear_away(rt, ari, row.id)
    longest = timedelta(seconds=rt.config.channels.phone.longest_call_s)
    fresh = [_seen(event, known, looked_at, longest) for event in there]
    taken = [event for event in fresh if event is not None]
    for event in taken:
        await follow_call(rt, event)
    return Reconciled(len(gone), len(taken))


def _seen(
    event: CallEvent, known: Mapping[str, Any], looked_at: datetime, longest: timedelta
) -> CallEvent | None:
    """Return how a call that is there goes on with us; None for one that we have.

    One that we had closed because it was not seen lives on from now; one that we closed
    because it lasts impossibly long is not opened again with each look.
    """
    row = known.get(event.call_ref)
    if row is None:
        return event
    if row.ended != Ended.UNOBSERVED or looked_at - row.started_at >= longest:
        return None
    return replace(event, at=looked_at, key=f"seen:{looked_at.isoformat()}")


async def close_calls(rt: Runtime) -> int:
    """Close what is written up by now, and calls that last impossibly long; return how many.

    The supervisor's duty, for every exchange. Errors: Unavailable.
    """
    longest = timedelta(seconds=rt.config.channels.phone.longest_call_s)
    async with rt.transaction(PHONE) as tx:
        rows = await calls.overdue(tx, longest, _BATCH)
        endless = [row for row in rows if row.state != CallState.WRAP_UP]
        for row in rows:
            if row.state == CallState.WRAP_UP:
                await _close(rt, tx, row)
    for row in endless:
        key = f"too_long:{rt.clock.now().isoformat()}"
        await say(rt, row, CallWhat.UNOBSERVED, key)
    return len(rows)


async def _close(rt: Runtime, tx: Any, row: Any) -> None:
    done = {"state": CallState.CLOSED, "wrapped_up_at": tx.now}
    await calls.change(tx, row.id, done)
    if row.operator_id is not None:
        await presence.follow(
            rt, tx, person_id=row.operator_id, call_id=row.id, state=CallState.CLOSED
        )
