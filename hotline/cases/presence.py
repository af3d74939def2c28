"""What an operator is doing, as far as their calls say so. Pure."""

from dataclasses import dataclass

from hotline.cases.terms import CallState, PresenceState

BY_HAND = frozenset({PresenceState.READY, PresenceState.PAUSE, PresenceState.OFF})
IN_TALK = frozenset({CallState.CONNECTED, CallState.HELD})
OVER = frozenset(
    {CallState.WRAP_UP, CallState.CLOSED, CallState.ABANDONED, CallState.FAILED}
)


@dataclass(frozen=True, slots=True)
class Doing:
    """What a person is doing now, and with which call."""

    state: PresenceState = PresenceState.OFF
    call_id: int | None = None


def after_call(doing: Doing, call_id: int, state: CallState) -> Doing | None:
    """Return what the person does once one of their calls stands in `state`; None: the same.

    A call in talk is theirs, whatever they had said of themselves. When it is over they write
    it up; the end of a call that they are not in changes nothing. A call that only rings
    leaves them as they are.
    """
    if state in IN_TALK:
        talking = Doing(PresenceState.TALKING, call_id)
        return None if doing == talking else talking
    if state not in OVER or doing.call_id != call_id:
        return None
    if doing.state is PresenceState.TALKING:
        return Doing(PresenceState.WRAP_UP, call_id)
    if doing.state is PresenceState.WRAP_UP and state is CallState.CLOSED:
        return Doing(PresenceState.READY)
    return None
