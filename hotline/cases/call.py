"""A call's life as a pure fold over all that was heard of it.

Events come doubled, reordered, late and from clocks that jump. So nothing is decided by the
order of arrival: the same set of events tells the same story, whenever each of them came.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from hotline.cases.call_event import (
    CANNOT_SPEAK,
    NOT_RECORDED,
    CallWhat,
    Ended,
    Happened,
)
from hotline.cases.terms import CallState


@dataclass(frozen=True, slots=True)
class CallFacts:
    """Where a call stands. Units: `held_s` in seconds."""

    started_at: datetime
    state: CallState = CallState.RINGING
    waiting_at: datetime | None = None
    offered_at: datetime | None = None  # the present offer, or the last one
    answered_at: datetime | None = None
    held_at: datetime | None = None
    held_s: float = 0.0
    left_at: datetime | None = None  # went on elsewhere
    ended_at: datetime | None = None
    ended: Ended | None = None
    operator_id: int | None = None
    talked: bool = False
    silent: bool = False
    cannot_speak: bool = False
    recording_refused: bool = False


_WITHOUT = frozenset({CallState.RINGING, CallState.QUEUED, CallState.OFFERED})
_RANK = {what: rank for rank, what in enumerate(CallWhat)}
_LAST = frozenset({CallWhat.ENDED, CallWhat.UNOBSERVED})


def _pressed(call: CallFacts, event: Happened) -> CallFacts:
    if event.digit == CANNOT_SPEAK:
        return replace(call, cannot_speak=True)
    return _refused(call, event) if event.digit == NOT_RECORDED else call


def _refused(call: CallFacts, _: Happened) -> CallFacts:
    return replace(call, recording_refused=True)


def _talked(call: CallFacts, _: Happened) -> CallFacts:
    return replace(call, talked=True)


def _silent(call: CallFacts, _: Happened) -> CallFacts:
    return replace(call, silent=True)


def _offered(call: CallFacts, event: Happened) -> CallFacts:
    """Who was reached already is not offered again by a late word of it."""
    if call.state not in _WITHOUT or event.operator_id is None:
        return call
    return replace(
        call, state=CallState.OFFERED, offered_at=event.at, operator_id=event.operator_id
    )


def _waiting(call: CallFacts, event: Happened) -> CallFacts:
    if call.state is CallState.RINGING:
        call = replace(call, state=CallState.QUEUED)
    return replace(call, waiting_at=call.waiting_at or event.at)


def _not_taken(call: CallFacts, event: Happened) -> CallFacts:
    mine = event.operator_id in (None, call.operator_id)
    if call.state is not CallState.OFFERED or not mine:
        return call
    back = CallState.QUEUED if call.waiting_at else CallState.RINGING
    return replace(call, state=back, operator_id=None)


def _resumed(call: CallFacts, event: Happened) -> CallFacts:
    return _taken(call, event) if call.state is CallState.HELD else call


def _held(call: CallFacts, event: Happened) -> CallFacts:
    """Only a person holds a call: who holds it has taken it, whichever is heard first."""
    if call.state is CallState.HELD:
        return call
    return replace(_taken(call, event), state=CallState.HELD, held_at=event.at)


def _transferred(call: CallFacts, event: Happened) -> CallFacts:
    """To another operator, or away from the desk; one that nobody took just rings on."""
    if event.operator_id is not None:
        return _taken(call, event)
    if call.answered_at is None:
        return call
    return replace(_unheld(call, event.at), left_at=event.at)


def _requeued(call: CallFacts, event: Happened) -> CallFacts:
    """Who was left alone waits for the next operator: nobody is cut off."""
    if call.state not in (CallState.CONNECTED, CallState.HELD):
        return call
    waiting = _unheld(call, event.at)
    return replace(waiting, state=CallState.QUEUED, operator_id=None)


def _taken(call: CallFacts, event: Happened) -> CallFacts:
    return replace(
        _unheld(call, event.at),
        state=CallState.CONNECTED,
        answered_at=call.answered_at or event.at,
        operator_id=event.operator_id or call.operator_id,
        left_at=None,
    )


def _unheld(call: CallFacts, at: datetime) -> CallFacts:
    if call.held_at is None:
        return call
    span = max(0.0, (at - call.held_at).total_seconds())
    return replace(call, held_at=None, held_s=call.held_s + span)


_MOVES: dict[CallWhat, Callable[[CallFacts, Happened], CallFacts]] = {
    CallWhat.RINGING: _offered,  # with an operator it rings at them
    CallWhat.OFFERED: _offered,
    CallWhat.WAITING: _waiting,
    CallWhat.TALKED: _talked,
    CallWhat.SILENT: _silent,
    CallWhat.DIGIT: _pressed,
    CallWhat.NOT_TAKEN: _not_taken,
    CallWhat.ANSWERED: _taken,
    CallWhat.HELD: _held,
    CallWhat.RESUMED: _resumed,
    CallWhat.TRANSFERRED: _transferred,
    CallWhat.REQUEUED: _requeued,
    CallWhat.RECORDING_REFUSED: _refused,
}


def _ended(call: CallFacts, story: Sequence[Happened]) -> CallFacts:
    """Return the call with its end, if it has one; an end that was seen counts for more."""
    seen = [one for one in story if one.what is CallWhat.ENDED]
    alive = max((one.at for one in story if one.what not in _LAST), default=None)
    gone = [
        one.at
        for one in story
        if one.what is CallWhat.UNOBSERVED and (alive is None or one.at >= alive)
    ]
    if call.left_at is not None:
        return _closing(call, call.left_at, Ended.TRANSFERRED)
    if seen:
        reasons = {one.reason for one in seen}
        failed = Ended.FAILED if Ended.FAILED in reasons else Ended.HANGUP
        return _closing(call, seen[0].at, failed)
    if gone:
        return _closing(call, gone[0], Ended.UNOBSERVED)
    return call


def _closing(call: CallFacts, at: datetime, how: Ended) -> CallFacts:
    at = max(at, call.answered_at or call.started_at)  # a clock may have been put back
    call = _unheld(call, at)
    if call.answered_at is not None:
        state = CallState.CLOSED if call.operator_id is None else CallState.WRAP_UP
        return replace(call, state=state, ended_at=at, ended=how)
    state = CallState.FAILED if how is Ended.FAILED else CallState.ABANDONED
    told = Ended.ABANDONED if how is Ended.HANGUP else how
    return replace(call, state=state, ended_at=at, ended=told, operator_id=None)


def facts_of(events: Iterable[Happened]) -> CallFacts:
    """Return where the call stands after `events`, in whatever order and number they came.

    At least one event. A call that ended after an operator was there is WRAP_UP here; that
    it is closed then is a matter of time and of the operator (`settled`).
    """
    story = sorted(
        {event.key: event for event in events}.values(),
        key=lambda one: (one.at, _RANK[one.what], one.key),
    )
    began = next((one.at for one in story if one.what not in _LAST), story[0].at)
    now = CallFacts(started_at=began)
    for event in story:
        if event.what in _MOVES:
            now = _MOVES[event.what](now, event)
    return _ended(now, story)


def settled(
    call: CallFacts,
    *,
    wrap_up_until: datetime | None,
    wrapped_up_at: datetime | None,
    now: datetime,
) -> CallFacts:
    """Return the call as it stands at `now`: wrapped up by the operator, or by time."""
    over = wrapped_up_at is not None or (wrap_up_until is not None and wrap_up_until <= now)
    if call.state is CallState.WRAP_UP and over:
        return replace(call, state=CallState.CLOSED)
    return call


class Follow(StrEnum):
    """What a change of a call brings about."""

    BEGAN = "began"
    RAISE = "raise"  # the caller cannot speak: a person looks at once
    SILENT = "silent"  # nobody is heard: if it is not for the first time, a person looks
    CONNECTED = "connected"
    FREED = "freed"  # rang at somebody, or was with somebody, who is free of it now
    ENDED = "ended"
    ABANDONED = "abandoned"


def follows(before: CallFacts | None, after: CallFacts) -> frozenset[Follow]:
    """Return what follows from `before` having become `after`."""
    found = set()
    if before is None:
        found.add(Follow.BEGAN)
    if after.cannot_speak and not (before and before.cannot_speak):
        found.add(Follow.RAISE)
    if after.silent and not (before and before.silent):
        found.add(Follow.SILENT)
    if after.answered_at and not (before and before.answered_at):
        found.add(Follow.CONNECTED)
    if before and before.operator_id not in (None, after.operator_id):
        found.add(Follow.FREED)
    if after.ended_at and not (before and before.ended_at):
        found.add(Follow.ENDED)
    if after.state is CallState.ABANDONED:  # each time: a late word may tell who it was
        found.add(Follow.ABANDONED)
    return frozenset(found)
