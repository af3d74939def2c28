"""What a call that waits needs next, by the clock alone. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hotline.cases.call import CallFacts
from hotline.cases.call_event import CallWhat, Happened
from hotline.cases.terms import CallState


class Due(StrEnum):
    """What is to be done for a call."""

    TAKE = "take"  # into the menu: it rang long enough
    SILENT = "silent"  # ask whether somebody is there who cannot speak
    GIVE_UP_OFFER = "give_up_offer"  # who was rung did not answer
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each thing may last."""

    menu_after: timedelta
    silence: timedelta
    ring_operator: timedelta


_WAITS = (CallState.RINGING, CallState.QUEUED)


def due(call: CallFacts, now: datetime, patience: Patience) -> tuple[Due, ...]:
    """Return what is due for a call that has not ended, in the order of doing it."""
    if call.ended_at is not None:
        return ()
    found = []
    open_since = call.waiting_at or call.answered_at
    if open_since is None and now - call.started_at >= patience.menu_after:
        found.append(Due.TAKE)
    quiet = not (call.talked or call.silent or call.cannot_speak)
    if open_since is not None and quiet and now - open_since >= patience.silence:
        found.append(Due.SILENT)
    if call.state is CallState.OFFERED and call.offered_at is not None:
        if now - call.offered_at >= patience.ring_operator:
            found += [Due.GIVE_UP_OFFER, Due.OFFER]
    elif call.state in _WAITS:
        found.append(Due.OFFER)
    return tuple(found)


def order(call: CallFacts) -> tuple[bool, datetime]:
    """Return a call's place in the queue: who cannot speak first, then the longest wait."""
    return not call.cannot_speak, call.started_at


def turns(story: Iterable[Happened]) -> int:
    """Return how often the call was offered: the next offer's leg has the next number."""
    return sum(1 for event in story if event.what is CallWhat.OFFERED)


def missed_by(story: Iterable[Happened]) -> dict[int, int]:
    """Return how often each operator did not take this call: others are rung first."""
    found: dict[int, int] = {}
    for event in story:
        if event.what is CallWhat.NOT_TAKEN and event.operator_id is not None:
            found[event.operator_id] = found.get(event.operator_id, 0) + 1
    return found
