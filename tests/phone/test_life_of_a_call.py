"""The fold: in whatever order and number a call's events come, the same story is told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.call import Follow, facts_of, follows, settled
from hotline.cases.call_event import CallWhat, Ended, Happened, moment_of
from hotline.cases.terms import CallState

T0 = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
W = CallWhat
OPERATOR, SECOND = 7, 8


def at(seconds):
    return T0 + timedelta(seconds=seconds)


def told(*steps):
    """(moment, what, operator or digit) -> events as they stand in the ledger."""
    found = []
    for number, (second, what, *more) in enumerate(steps):
        digit = more[0] if more and isinstance(more[0], str) else None
        operator = more[0] if more and digit is None else None
        found.append(Happened(what, at(second), f"k{number}", operator, digit))
    return found


STORIES = [
    ("rings", [(0, W.RINGING)], CallState.RINGING, None),
    ("in the menu", [(0, W.RINGING), (4, W.WAITING)], CallState.QUEUED, None),
    ("rings at an operator", [(0, W.RINGING, OPERATOR)], CallState.OFFERED, None),
    ("nobody took it", [(0, W.RINGING), (1, W.OFFERED, OPERATOR), (16, W.NOT_TAKEN, OPERATOR)],
     CallState.RINGING, None),
    ("answered", [(0, W.RINGING), (9, W.ANSWERED, OPERATOR)], CallState.CONNECTED, None),
    ("held", [(0, W.RINGING), (9, W.ANSWERED, OPERATOR), (12, W.HELD)], CallState.HELD, None),
    ("taken back", [(0, W.RINGING), (9, W.ANSWERED, OPERATOR), (12, W.HELD), (20, W.RESUMED)],
     CallState.CONNECTED, None),
    ("gave up", [(0, W.RINGING), (30, W.ENDED)], CallState.ABANDONED, Ended.ABANDONED),
    ("gave up while it rang at somebody", [(0, W.RINGING, OPERATOR), (30, W.ENDED)],
     CallState.ABANDONED, Ended.ABANDONED),
    ("only the end was heard", [(30, W.ENDED)], CallState.ABANDONED, Ended.ABANDONED),
    ("talked and hung up", [(0, W.RINGING), (9, W.ANSWERED, OPERATOR), (99, W.ENDED)],
     CallState.WRAP_UP, Ended.HANGUP),
    ("talked to somebody we do not know", [(0, W.RINGING), (9, W.ANSWERED), (99, W.ENDED)],
     CallState.CLOSED, Ended.HANGUP),
    ("ended while nobody watched", [(0, W.RINGING), (9, W.ANSWERED, OPERATOR), (50, W.UNOBSERVED)],
     CallState.WRAP_UP, Ended.UNOBSERVED),
    ("was not gone after all", [(0, W.RINGING), (50, W.UNOBSERVED), (60, W.ANSWERED, OPERATOR)],
     CallState.CONNECTED, None),
    ("passed on to a colleague", [(0, W.RINGING), (9, W.ANSWERED, OPERATOR), (40, W.TRANSFERRED, SECOND)],
     CallState.CONNECTED, None),
    ("stays with 112", [(0, W.RINGING), (9, W.ANSWERED, OPERATOR), (40, W.TRANSFERRED), (90, W.ENDED)],
     CallState.WRAP_UP, Ended.TRANSFERRED),
    ("left alone before the colleague came", [(0, W.RINGING), (9, W.ANSWERED, OPERATOR), (40, W.REQUEUED)],
     CallState.QUEUED, None),
    ("taken by the next one", [(0, W.RINGING), (9, W.ANSWERED, OPERATOR), (40, W.REQUEUED), (41, W.OFFERED, SECOND)],
     CallState.OFFERED, None),
    ("an offer after it was taken", [(0, W.RINGING), (9, W.ANSWERED, OPERATOR), (10, W.OFFERED, SECOND)],
     CallState.CONNECTED, None),
]  # fmt: skip


def test_a_clock_that_is_put_back_in_mid_call_does_not_end_it_before_it_began():
    call = facts_of(told((0, W.RINGING), (9, W.ANSWERED, OPERATOR), (-3540, W.ENDED)))
    assert (call.started_at, call.answered_at, call.ended_at) == (at(0), at(9), at(9))


@pytest.mark.parametrize(("name", "steps", "state", "ended"), STORIES)
def test_a_story_ends_in_its_state(name, steps, state, ended):
    facts = facts_of(told(*steps))
    assert (facts.state, facts.ended) == (state, ended), name


EVENTS = st.lists(
    st.builds(
        Happened,
        what=st.sampled_from(CallWhat),
        at=st.integers(-50, 50).map(at),
        key=st.integers(0, 25).map(str),
        operator_id=st.sampled_from([None, OPERATOR, SECOND]),
        digit=st.sampled_from([None, "1", "9"]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda event: event.key,
)


@given(events=EVENTS, data=st.data())
def test_order_and_repetition_change_nothing(events, data):
    shuffled = data.draw(
        st.permutations(events + data.draw(st.lists(st.sampled_from(events))))
    )
    assert facts_of(shuffled) == facts_of(events)


@given(events=EVENTS)
def test_what_is_never_true_of_a_call(events):
    facts = facts_of(events)
    connected = (CallState.CONNECTED, CallState.HELD, CallState.WRAP_UP, CallState.CLOSED)
    assert (facts.ended_at is None) == (facts.ended is None)
    assert facts.answered_at is not None or facts.state not in connected
    assert facts.answered_at is None or facts.state is not CallState.ABANDONED
    assert facts.held_s >= 0
    if (
        facts.ended_at is not None
    ):  # also where the exchange's clock was put back in mid-call
        assert facts.started_at <= (facts.answered_at or facts.started_at) <= facts.ended_at
    assert (facts.state is CallState.HELD) == (facts.held_at is not None)
    if any(event.what is W.ENDED for event in events):
        assert facts.ended_at is not None
    if facts.state is CallState.ABANDONED:
        assert facts.operator_id is None


@given(events=EVENTS, data=st.data())
def test_following_one_by_one_raises_an_alarm_exactly_once(events, data):
    """Whatever the order, `raise` follows once if the caller pressed 1, else never."""
    raised, known, before = 0, [], None
    for event in data.draw(st.permutations(events)):
        known.append(event)
        now = facts_of(known)
        raised += Follow.RAISE in follows(before, now)
        before = now
    pressed = any(e.what is W.DIGIT and e.digit == "1" for e in events)
    assert raised == int(pressed)


def test_a_written_up_call_is_closed_by_its_operator_or_by_time():
    call = facts_of(told((0, W.RINGING), (9, W.ANSWERED, OPERATOR), (99, W.ENDED)))
    until = at(189)

    def state(now, wrapped=None):
        return settled(call, wrap_up_until=until, wrapped_up_at=wrapped, now=now).state

    assert state(at(100)) is CallState.WRAP_UP
    assert state(at(100), wrapped=at(100)) is CallState.CLOSED
    assert state(until) is CallState.CLOSED


@pytest.mark.parametrize(
    ("name", "stated", "taken"),
    [
        ("right", at(-3), at(-3)),
        ("not stated", None, at(0)),
        ("ahead of us", at(3600), at(0)),
        ("from another year", datetime(1970, 1, 1, tzinfo=UTC), at(0)),
        ("a webhook sent again hours later", at(-7200), at(-7200)),
    ],
)
def test_a_clock_that_jumps_is_not_believed(name, stated, taken):
    assert moment_of(stated, at(0)) == taken
