"""What an operator does follows their calls, in whatever order a call's states come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.presence import OVER, Doing, after_call
from hotline.cases.terms import CallState, PresenceState

READY, TALKING = PresenceState.READY, PresenceState.TALKING
WRAP_UP, PAUSE, OFF = PresenceState.WRAP_UP, PresenceState.PAUSE, PresenceState.OFF

TABLE = [
    # what happens, doing before, call, its state, doing after (None: the same)
    ("a call rings at somebody who is ready", Doing(READY), 1, "ringing", None),
    ("it is offered to them", Doing(READY), 1, "offered", None),
    ("they take it", Doing(READY), 1, "connected", Doing(TALKING, 1)),
    (
        "they take it though they had said pause",
        Doing(PAUSE),
        1,
        "connected",
        Doing(TALKING, 1),
    ),
    ("they take it though they were off", Doing(OFF), 1, "connected", Doing(TALKING, 1)),
    ("they hold it", Doing(TALKING, 1), 1, "held", None),
    ("a second call comes in", Doing(TALKING, 1), 2, "connected", Doing(TALKING, 2)),
    ("the first of two ends", Doing(TALKING, 2), 1, "wrap_up", None),
    ("their call ends", Doing(TALKING, 1), 1, "wrap_up", Doing(WRAP_UP, 1)),
    ("it goes on with a colleague", Doing(TALKING, 1), 1, "closed", Doing(WRAP_UP, 1)),
    ("it is written up", Doing(WRAP_UP, 1), 1, "closed", Doing(READY)),
    ("its end is told twice", Doing(WRAP_UP, 1), 1, "wrap_up", None),
    ("another call's end while writing up", Doing(WRAP_UP, 1), 2, "closed", None),
    ("a pause taken while writing up stays", Doing(PAUSE), 1, "closed", None),
    ("a call that rang is given up", Doing(READY), 1, "abandoned", None),
]


@pytest.mark.parametrize(("what", "doing", "call", "state", "after"), TABLE)
def test_what_a_call_makes_of_its_operator(what, doing, call, state, after):
    assert after_call(doing, call, CallState(state)) == after


doings = st.builds(Doing, st.sampled_from(PresenceState), st.none() | st.integers(1, 3))
states = st.sampled_from(CallState)


@given(doings, st.integers(1, 3), states)
def test_the_same_word_twice_changes_nothing_more(doing, call, state):
    """Only `closed` leads on: from talking to writing up, and from there to ready."""
    once = after_call(doing, call, state) or doing
    twice = after_call(once, call, state) or once
    assert twice == once or state is CallState.CLOSED


@given(doings, st.lists(st.tuples(st.integers(1, 3), states), max_size=12))
def test_nobody_talks_in_a_call_that_is_over(doing, story):
    now = doing
    for call, state in story:
        now = after_call(now, call, state) or now
        assert not (state in OVER and now == Doing(TALKING, call))
