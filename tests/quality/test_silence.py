"""A channel is silent when far more should have come by now than it usually lets pass."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.quality.silence import (
    Profile,
    Sign,
    Signs,
    judge,
    missed,
    profile,
    silent_from,
)

ALMATY = timezone(timedelta(hours=5))
MONDAY = datetime(2026, 11, 16, 0, 0, tzinfo=ALMATY)
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ALMATY)
WARN = timedelta(days=14)
H = timedelta(hours=1)

JUDGED = [
    # what is known                            signs                                              is
    ("nothing at all", Signs(), Sign.UNKNOWN),
    ("it answered", Signs(heard_at=NOW - H), Sign.OK),
    ("busy, and heard in time", Signs(silent_from=NOW + H, heard_at=NOW - H), Sign.OK),
    ("nothing where much is usual", Signs(silent_from=NOW, heard_at=NOW - H), Sign.SILENT),
    ("it failed last", Signs(heard_at=NOW - H, failed_at=NOW), Sign.FAILING),
    ("it failed, and never answered", Signs(failed_at=NOW), Sign.FAILING),
    ("it failed, then answered", Signs(heard_at=NOW, failed_at=NOW - H), Sign.OK),
    ("its token ends in a week", Signs(heard_at=NOW, expires_at=NOW + 7 * 24 * H), Sign.EXPIRING),
    ("its token ended this second", Signs(heard_at=NOW, expires_at=NOW), Sign.EXPIRED),
    ("silent, and its token ends", Signs(silent_from=NOW, expires_at=NOW + H), Sign.SILENT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("signs", "wanted"), [(s, w) for _, s, w in JUDGED], ids=[n for n, _, _ in JUDGED]
)
def test_a_way_in_is(signs, wanted):
    assert judge(signs, NOW, warn=WARN) is wanted


def office_hours(days=28):
    """Ten messages an hour from nine to six, two in each other hour; evenly spread."""
    found = []
    for day in range(days):
        for hour in range(24):
            n = 10 if 9 <= hour < 18 else 2
            start = MONDAY - timedelta(days=days - day) + timedelta(hours=hour)
            found += [start + timedelta(minutes=60 / n * i) for i in range(n)]
    return found


def test_an_hour_without_a_message_is_more_at_noon_than_at_night():
    usual = profile(office_hours(), 28)
    noon, night = MONDAY + 12 * H, MONDAY + 3 * H
    assert silent_from(usual, noon, 2) - noon < silent_from(usual, night, 2) - night


def test_a_night_s_gap_that_is_usual_is_no_silence():
    usual = profile(office_hours(), 28)
    last = MONDAY + 3 * H
    assert silent_from(usual, last, 2) > last + timedelta(minutes=30)


def test_a_steady_channel_is_told_within_twice_its_usual_gap():
    every = timedelta(minutes=6)
    moments = [MONDAY - 10 * 24 * H + every * i for i in range(2400)]
    usual = profile(moments, 10)
    last = moments[-1]
    assert silent_from(usual, last, 2) - last <= 2 * every * 1.05


def test_one_flood_makes_no_habit():
    flood = [MONDAY - 24 * H + timedelta(hours=10, seconds=i) for i in range(3000)]
    calm = [MONDAY - day * 24 * H + 10 * H for day in range(2, 29)]
    usual = profile(sorted(calm + flood), 28)
    last = MONDAY + 10 * H
    assert silent_from(usual, last, 2) - last > H


def test_nothing_is_silent_sooner_than_the_least_span():
    usual = Profile((3600.0,) * 24, 1.0)
    assert silent_from(usual, MONDAY, 2, 15 * H / 60) == MONDAY + timedelta(minutes=15)


@given(
    rates=st.lists(st.floats(0.01, 50), min_size=24, max_size=24),
    gap=st.floats(1, 30),
    minutes=st.integers(0, 20_000),
)
def test_at_the_moment_of_silence_just_so_many_are_missing(rates, gap, minutes):
    last = MONDAY + timedelta(minutes=minutes)
    at = silent_from(Profile(tuple(rates), gap), last, 2)
    if at - last < timedelta(days=13):
        assert missed(rates, last, at) == pytest.approx(2 * gap, rel=1e-3, abs=1e-3)


@given(st.integers(0, 50_000), st.integers(0, 3_000), st.integers(0, 3_000))
def test_what_is_missed_adds_up(start, one, two):
    rates = [1 + hour for hour in range(24)]
    a = MONDAY + timedelta(minutes=start)
    b, c = a + timedelta(minutes=one), a + timedelta(minutes=one + two)
    assert missed(rates, a, b) + missed(rates, b, c) == pytest.approx(missed(rates, a, c))


def test_utc_and_almaty_are_the_same_moment():
    usual = profile(office_hours(), 28)
    last = MONDAY + 12 * H
    assert silent_from(usual, last.astimezone(UTC), 2) == silent_from(usual, last, 2)
