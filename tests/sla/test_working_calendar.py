"""Working time: tables of boundary rows, and properties against a plain counter."""

import os
import subprocess
import sys
import timeit
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sla_shipped import CALENDAR, OFFICE, local

from hotline.config.calendar import ClosedDay, Hours, OpenedDay
from hotline.errors import RuleForbids
from hotline.sla.calendar import WorkingCalendar

NIGHT_AND_DAY = ("00:00-24:00",)
ROUND_THE_CLOCK = WorkingCalendar(
    CALENDAR,
    Hours(
        mon=NIGHT_AND_DAY,
        tue=NIGHT_AND_DAY,
        wed=NIGHT_AND_DAY,
        thu=NIGHT_AND_DAY,
        fri=NIGHT_AND_DAY,
        sat=NIGHT_AND_DAY,
        sun=NIGHT_AND_DAY,
        on_holidays=True,
    ),
)


# days are counted to closing after the day of registration
NTH_DAY = [
    # what                                         received            n   due
    ("15 days over the March holidays",            "2026-03-06 10:00", 15, "2026-04-02 18:30"),
    ("15 days over New Year and 7 January",        "2025-12-30 10:00", 15, "2026-01-23 18:30"),
    ("received on a Sunday",                       "2026-02-08 12:00", 15, "2026-03-02 18:30"),
    ("received late on a Friday evening",          "2026-02-06 23:50", 15, "2026-02-27 18:30"),
    ("3 days over Nauryz",                         "2026-03-20 10:00", 3,  "2026-03-30 18:30"),
    ("1 day, the next day",                        "2026-02-03 09:00", 1,  "2026-02-04 18:30"),
    ("the day of registration itself",             "2026-02-03 09:00", 0,  "2026-02-03 18:30"),
    ("the very midnight before a working day",     "2026-02-03 00:00", 1,  "2026-02-04 18:30"),
    ("the last second of a working day",           "2026-02-03 23:59", 1,  "2026-02-04 18:30"),
    ("over Friday and the weekend",                "2026-02-06 18:30", 1,  "2026-02-09 18:30"),
    ("a working Saturday counts",                  "2024-05-03 10:00", 1,  "2024-05-04 18:30"),
    ("received on a working Saturday",             "2024-05-04 10:00", 1,  "2024-05-06 18:30"),
    ("a working Sunday counts, a shut Friday not", "2024-12-31 10:00", 1,  "2025-01-05 18:30"),
    ("received on a shut Friday",                  "2025-01-03 10:00", 1,  "2025-01-06 18:30"),
    ("received on a working Sunday",               "2025-01-05 10:00", 1,  "2025-01-06 18:30"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "received", "n", "due"), NTH_DAY, ids=[c[0] for c in NTH_DAY]
)
def test_the_nth_working_day_ends_at_closing(what, received, n, due):
    assert OFFICE.end_of_nth_working_day(local(received), n) == local(due)


SPANS = [
    # what                                  start               minutes  due
    ("4 hours over a weekend",              "2026-02-06 17:00", 240, "2026-02-09 11:30"),
    ("within the morning",                  "2026-02-03 09:00", 60,  "2026-02-03 10:00"),
    ("over the lunch break",                "2026-02-03 12:30", 60,  "2026-02-03 15:00"),
    ("started in the lunch break",          "2026-02-03 13:45", 30,  "2026-02-03 15:00"),
    ("exactly to lunch",                    "2026-02-03 09:00", 240, "2026-02-03 13:00"),
    ("exactly to closing",                  "2026-02-03 14:30", 240, "2026-02-03 18:30"),
    ("started exactly at closing",          "2026-02-03 18:30", 1,   "2026-02-04 09:01"),
    ("over a night",                        "2026-02-03 18:00", 60,  "2026-02-04 09:30"),
    ("started before opening",              "2026-02-03 03:00", 10,  "2026-02-03 09:10"),
    ("over Friday, holiday and weekend",    "2026-03-06 18:00", 60,  "2026-03-10 09:30"),
    ("over the turn of the year",           "2025-12-31 18:00", 60,  "2026-01-05 09:30"),
    ("a working Saturday is used",          "2024-05-03 18:00", 60,  "2024-05-04 09:30"),
    ("a working Sunday is used",            "2024-12-31 18:00", 60,  "2025-01-05 09:30"),
    ("a shut Friday is not",                "2025-01-03 10:00", 60,  "2025-01-05 10:00"),
    ("due this second, open",               "2026-02-03 10:00", 0,   "2026-02-03 10:00"),
    ("due this second, at closing",         "2026-02-03 18:30", 0,   "2026-02-03 18:30"),
    ("due this second, shut",               "2026-02-03 20:00", 0,   "2026-02-04 09:00"),
    ("more than a year of work",            "2025-06-02 09:00", 300 * 480, "2026-08-18 18:30"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "start", "span", "due"), SPANS, ids=[c[0] for c in SPANS])
def test_working_time_is_counted_only_while_open(what, start, span, due):
    assert OFFICE.add_working_time(local(start), timedelta(minutes=span)) == local(due)


DAYS = [
    # what                              day                 works  why not
    ("a plain Tuesday",                 date(2026, 2, 3),   None),
    ("a plain Saturday",                date(2026, 2, 7),   "weekend"),
    ("a public holiday",                date(2026, 3, 23),  "holiday"),
    ("the day in lieu of 8 March",      date(2026, 3, 9),   "holiday"),
    ("Kurban Ait",                      date(2026, 5, 27),  "holiday"),
    ("working Saturday 2024-05-04",     date(2024, 5, 4),   None),
    ("shut Wednesday 2024-05-08",       date(2024, 5, 8),   "holiday"),
    ("working Sunday 2025-01-05",       date(2025, 1, 5),   None),
    ("shut Friday 2025-01-03",          date(2025, 1, 3),   "exception"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "day", "why"), DAYS, ids=[c[0] for c in DAYS])
def test_days_off_are_told_with_their_reason(what, day, why):
    assert (OFFICE.why_shut(day), OFFICE.is_working_day(day)) == (why, why is None)


def test_exceptions_of_the_configuration_win_over_the_library_both_ways():
    config = replace(
        CALENDAR,
        closed=(ClosedDay(date=date(2024, 5, 4), source="a notice"),),
        opened=(
            OpenedDay(date=date(2026, 3, 23), source="a notice", spans=("10:00-12:00",)),
        ),
    )
    office = WorkingCalendar(config)
    assert not office.is_working_day(date(2024, 5, 4))
    assert office.spans_on(date(2026, 3, 23))[0].closes == local("2026-03-23 12:00")
    assert office.version != OFFICE.version


def test_the_library_alone_knows_the_moved_weekends():
    bare = WorkingCalendar(replace(CALENDAR, closed=(), opened=()))
    assert bare.spans_on(date(2024, 5, 4)) == OFFICE.spans_on(date(2024, 5, 4)) != ()
    assert bare.spans_on(date(2025, 1, 5)) == OFFICE.spans_on(date(2025, 1, 5)) != ()
    assert bare.why_shut(date(2025, 1, 3)) == "holiday"


def test_a_body_that_opens_on_saturdays_counts_them():
    body = WorkingCalendar(CALENDAR, Hours(fri=("09:00-13:00",), sat=("10:00-12:00",)))
    due = body.add_working_time(local("2026-02-06 12:00"), timedelta(hours=2))
    assert due == local("2026-02-07 11:00")
    assert not body.is_working_day(date(2026, 3, 21))  # Nauryz falls on that Saturday


def test_a_round_the_clock_body_never_stops():
    start = local("2026-03-20 23:17")
    due = ROUND_THE_CLOCK.add_working_time(start, timedelta(days=5, minutes=3))
    assert due == start + timedelta(days=5, minutes=3)
    assert ROUND_THE_CLOCK.end_of_nth_working_day(start, 1) == local("2026-03-22 00:00")


def test_hours_keep_to_the_wall_when_the_zone_changed():
    # Almaty went from +6 to +5 at midnight before 2024-03-01
    assert OFFICE.spans_on(date(2024, 2, 29))[0].opens == datetime(
        2024, 2, 29, 3, tzinfo=UTC
    )
    assert OFFICE.spans_on(date(2024, 3, 1))[0].opens == datetime(2024, 3, 1, 4, tzinfo=UTC)


BEYOND = [
    # what                          does
    ("working days past the end",   lambda: OFFICE.end_of_nth_working_day(local("2030-12-27 10:00"), 15)),
    ("hours past the end",          lambda: OFFICE.add_working_time(local("2030-12-31 18:00"), timedelta(hours=4))),
    ("a start before the first",    lambda: OFFICE.add_working_time(local("2019-12-31 18:00"), timedelta(hours=4))),
    ("a day past the end",          lambda: OFFICE.is_working_day(date(2031, 1, 6))),
    ("a body that never opens",     lambda: WorkingCalendar(CALENDAR, Hours()).add_working_time(local("2030-06-01 09:00"), timedelta(hours=1))),
]  # fmt: skip


@pytest.mark.parametrize(("what", "ask"), BEYOND, ids=[c[0] for c in BEYOND])
def test_outside_the_horizon_is_refused(what, ask):
    with pytest.raises(RuleForbids) as refused:
        ask()
    assert refused.value.code == "beyond_calendar"


def test_negative_time_is_a_bug():
    with pytest.raises(ValueError):
        OFFICE.add_working_time(local("2026-02-03 10:00"), timedelta(minutes=-1))
    with pytest.raises(ValueError):
        OFFICE.end_of_nth_working_day(local("2026-02-03 10:00"), -1)


first, last = datetime(2024, 1, 1), datetime(2027, 12, 31)  # noqa: DTZ001  hypothesis adds the zone
moments = st.datetimes(first, last, timezones=st.just(UTC))
spans = st.timedeltas(timedelta(), timedelta(hours=300))
calendars = st.sampled_from([OFFICE, ROUND_THE_CLOCK])


@given(moments, spans, spans, calendars)
def test_time_can_be_spent_in_two_parts(start, a, b, calendar):
    halfway = calendar.add_working_time(start, a)
    assert calendar.add_working_time(halfway, b) == calendar.add_working_time(start, a + b)


@given(moments, spans, spans)
def test_more_time_is_never_due_sooner(start, a, b):
    few, much = sorted((a, b))
    assert OFFICE.add_working_time(start, few) <= OFFICE.add_working_time(start, much)


@given(moments, spans)
def test_nothing_is_due_while_the_body_is_shut_or_before_its_start(start, span):
    due = OFFICE.add_working_time(start, span)
    assert due >= start
    assert OFFICE.is_open(due)


@given(moments, st.integers(0, 60))
def test_working_days_end_at_closing_and_are_as_many_as_asked(received, n):
    due = OFFICE.end_of_nth_working_day(received, n)
    last = OFFICE.local_day(due)
    assert due == OFFICE.spans_on(last)[-1].closes
    day, counted = OFFICE.registered_on(received), 0
    while day < last:
        day += timedelta(days=1)
        counted += OFFICE.is_working_day(day)
    assert counted == n


whole_minutes = st.integers(0, 5 * 24 * 60).map(
    lambda n: datetime(2026, 3, 5, tzinfo=UTC) + timedelta(minutes=n)
)


@settings(max_examples=40)
@given(whole_minutes, st.integers(1, 900))
def test_it_equals_a_counter_that_walks_minute_by_minute(start, wanted):
    at, left = start, wanted
    while left:
        inside = any(
            span.opens <= at < span.closes for span in OFFICE.spans_on(OFFICE.local_day(at))
        )
        left -= inside
        at += timedelta(minutes=1)
    assert OFFICE.add_working_time(start, timedelta(minutes=wanted)) == at


def test_a_deadline_is_a_binary_search_and_not_a_walk():
    start, span = local("2026-02-06 17:00"), timedelta(hours=200)
    OFFICE.add_working_time(start, span)  # the year's table is built once
    for ask in (
        lambda: OFFICE.add_working_time(start, span),
        lambda: OFFICE.end_of_nth_working_day(start, 15),
    ):
        seconds = min(timeit.repeat(ask, number=200, repeat=5)) / 200
        assert seconds < 50e-6


def test_holidays_are_loaded_only_where_working_time_is_counted():
    script = """
import sys
from sla_shipped import OFFICE, POLICY, local
from hotline.cases.terms import ClockName, Regime, Urgency
from hotline.sla.deadline import due_for
def due(name):
    return due_for(POLICY, OFFICE, name, local("2026-02-06 17:00"),
                   urgency=Urgency.STANDARD, regime=Regime.SIGNAL)
due(ClockName.HUMAN_EYES)
assert "holidays" not in sys.modules
due(ClockName.WRITTEN_OUTCOME)
assert "holidays" in sys.modules
assert "holidays.countries" not in sys.modules
"""
    here = Path(__file__).parent
    paths = os.pathsep.join((str(here), str(here.parents[1])))
    environment = {**os.environ, "PYTHONPATH": paths}
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
