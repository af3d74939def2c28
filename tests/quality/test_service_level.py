"""What the telephone's figures mean: one small shift, counted by hand."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.terms import PresenceState
from hotline.quality.service_level import (
    CallFacts,
    Span,
    Target,
    clipped,
    figures_of,
    lists_of,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=timezone(timedelta(hours=5)))
TARGET = Target(timedelta(seconds=20), timedelta(seconds=5))


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def call(number, start, answered=None, ended=None, done=None, **more):
    moments = (None if s is None else at(s) for s in (answered, ended, done))
    return CallFacts(number, f"r{number}", at(start), *moments, **more)


SHIFT = [
    # number, start, answered, ended, written up
    call(1, 0, 10, 70, 100),  # soon; handled in 90 s
    call(2, 0, 20, 50, 80),  # the last second still counts; 60 s
    call(3, 0, 50, 200),  # late, and not written up yet
    call(4, 0, None, 4.9),  # too short to count
    call(5, 0, None, 5, called_back=True, way=True),
    call(6, 0, None, 40),  # and no safe way to call
    call(7, 90),  # has waited 10 s: not decided
    call(8, 70),  # has waited 30 s: missed already
]
NOW = at(100)


def ids(calls):
    return [one.call_id for one in calls]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("offered", [1, 2, 3, 4, 5, 6, 8]),
        ("answered", [1, 2, 3]),
        ("answered_soon", [1, 2]),
        ("abandoned", [5, 6]),
        ("too_short", [4]),
        ("called_back", [5]),
        ("without_way", [6]),
        ("written_up", [1, 2]),
        ("waiting", [7, 8]),
    ],
)
def test_which_call_counts_where(name, expected):
    assert ids(getattr(lists_of(SHIFT, TARGET, NOW), name)) == expected


def test_the_figures_of_that_shift():
    spans = [
        Span(PresenceState.TALKING, at(0), at(60)),
        Span(PresenceState.WRAP_UP, at(60), at(90)),
        Span(PresenceState.READY, at(90), at(100)),
        Span(PresenceState.PAUSE, at(0), at(100)),
    ]
    found = figures_of(lists_of(SHIFT, TARGET, NOW), spans, NOW)
    assert found.service_level == pytest.approx(2 / (7 - 1))
    assert found.answer_speed_s == pytest.approx((10 + 20 + 50) / 3)
    assert found.abandoned_share == pytest.approx(2 / 6)
    assert found.handle_time_s == pytest.approx((90 + 60) / 2)
    assert found.occupancy == pytest.approx(90 / 100)
    assert found.longest_wait_s == 30


def test_a_quiet_shift_has_no_figures_and_not_a_hundred_percent():
    found = figures_of(lists_of([], TARGET, NOW), [], NOW)
    told = (found.service_level, found.answer_speed_s, found.handle_time_s, found.occupancy)
    assert told == (None, None, None, None)


def test_only_short_calls_leave_nothing_to_divide_by():
    found = figures_of(lists_of([SHIFT[3]], TARGET, NOW), [], NOW)
    assert found.service_level is None


def test_a_span_counts_for_the_part_inside_the_period():
    spans = [
        Span(PresenceState.READY, at(-50), at(50)),
        Span(PresenceState.READY, at(90), at(99)),
    ]
    assert clipped(spans, at(0), at(60)) == [Span(PresenceState.READY, at(0), at(50))]


seconds = st.one_of(st.none(), st.floats(-30, 400))


@given(st.lists(st.tuples(st.floats(0, 300), seconds, seconds, seconds), max_size=30))
def test_every_call_is_counted_once_whatever_its_clocks_say(rows):
    calls = [call(n, *moments) for n, moments in enumerate(rows)]
    found = lists_of(calls, TARGET, at(400))
    parts = [*found.answered, *found.abandoned, *found.too_short, *found.waiting]
    assert sorted(ids(parts)) == ids(calls)
    assert set(found.answered_soon) <= set(found.answered)
    figures = figures_of(found, [], at(400))
    for share in (figures.service_level, figures.abandoned_share):
        assert share is None or 0 <= share <= 1
    for took in (figures.answer_speed_s, figures.handle_time_s, figures.longest_wait_s):
        assert took is None or took >= 0
