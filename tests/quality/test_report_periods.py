"""Periods of reports: whole days, whole months, and years that have one day more."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.quality.reports import (
    By,
    Period,
    Preset,
    before,
    days_through,
    period_of,
    steps,
    year_before,
)

D = date.fromisoformat
YEAR_AGO = [  # what, first and last day, the same a year earlier
    ("some days", "2026-11-03", "2026-11-20", "2025-11-03", "2025-11-20"),
    ("a month", "2026-11-01", "2026-11-30", "2025-11-01", "2025-11-30"),
    ("a leap February", "2028-02-01", "2028-02-29", "2027-02-01", "2027-02-28"),
    ("the February after", "2029-02-01", "2029-02-28", "2028-02-01", "2028-02-29"),
    ("up to its 28th", "2028-02-01", "2028-02-28", "2027-02-01", "2027-02-28"),
    ("up to its 29th", "2028-02-10", "2028-02-29", "2027-02-10", "2027-02-28"),
    ("the 29th alone", "2028-02-29", "2028-02-29", "2027-02-28", "2027-02-28"),
    ("across it", "2028-02-20", "2028-03-10", "2027-02-20", "2027-03-10"),
    ("a leap year", "2028-01-01", "2028-12-31", "2027-01-01", "2027-12-31"),
]


@pytest.mark.parametrize(("what", "first", "last", "then", "until"), YEAR_AGO)
def test_the_same_days_a_year_earlier(what, first, last, then, until):
    found = year_before(days_through(D(first), D(last)))
    assert (found.from_, found.last) == (D(then), D(until)), what


periods = st.builds(
    lambda first, days: Period(first, first + timedelta(days=days)),
    st.dates(D("2001-01-01"), D("2090-01-01")),
    st.integers(1, 1000),
)


@given(periods)
def test_what_is_compared_is_as_long_and_ends_where_it_should(period):
    then, year = before(period), year_before(period)
    assert then.to == period.from_
    assert abs(then.days - period.days) <= 3 * (1 + period.days // 28)
    assert abs(year.days - period.days) <= 2  # two leap days at most in three years
    assert (year.last.month, min(year.last.day, 28)) == (
        period.last.month, min(period.last.day, 28),
    )  # fmt: skip


@given(periods, st.sampled_from([By.DAY, By.WEEK, By.MONTH]))
def test_every_day_of_a_period_is_in_one_step_of_it(period, by):
    days = steps(period, by)
    assert days == sorted(set(days))
    assert days[0] <= period.from_ < period.to
    assert days[-1] < period.to
    assert by is not By.DAY or len(days) == period.days


@given(st.dates(D("2001-01-01"), D("2090-01-01")))
def test_a_period_that_goes_on_ends_with_today(today):
    for preset in Preset:
        found = period_of(preset, today)
        assert found.from_ < found.to <= today + timedelta(days=1), preset
        over = preset in (Preset.LAST_MONTH, Preset.LAST_YEAR)
        assert (found.last == today) is not over, preset
