"""A met clock whose meeting was taken back stands as it did: no term begins anew."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.terms import ClockName, ClockState, Urgency
from hotline.sla.events import (
    ClockBreached,
    ClockMet,
    ClockStarted,
    ClockTakenBack,
    replay,
)

START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DUE = START + timedelta(minutes=15)
STARTED = ClockStarted(START, ClockName.HUMAN_EYES, DUE, Urgency.HIGH, "p", "c")


@given(times=st.integers(1, 4), late=st.booleans())
def test_however_often_it_is_taken_back_the_clock_is_as_it_was(times, late):
    before = [STARTED, *([ClockBreached(DUE, DUE)] if late else [])]
    at = DUE + timedelta(minutes=1)
    slips = [event for _ in range(times) for event in (ClockMet(at), ClockTakenBack(at))]
    assert replay([*before, *slips]) == replay(before)
    state = replay([*before, *slips]).facts.state
    assert state is (ClockState.BREACHED if late else ClockState.RUNNING)


def test_what_runs_is_not_changed_by_taking_back_nothing():
    assert replay([STARTED, ClockTakenBack(DUE)]) == replay([STARTED])
