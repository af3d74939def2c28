"""Pauses, extensions and bodies' own hours against counters that walk minute by minute."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sla_shipped import CALENDAR, OFFICE, local

from hotline.config.calendar import Hours
from hotline.config.limit import Limit, parse_limit
from hotline.sla.deadline import due_at
from hotline.sla.extension import months_later
from hotline.sla.put_off import Extended, Paused, pause_ends, put_off

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FIVE = Limit(work_days=5)


# -- the counters: slow, and plainly right ----------------------------------------------
def open_minutes(hours_or_office):
    """Return a function that says whether a minute is open, by the texts of the hours."""
    calendar = hours_or_office

    def is_open(minute):
        day = minute.astimezone(calendar.zone)
        spans = calendar.spans_on(day.date())
        return any(span.opens <= minute < span.closes for span in spans)

    return is_open


def walk_minutes(start, minutes, calendar, pauses):
    """Return when so many open minutes have passed that lie in no pause."""
    is_open, at, left = open_minutes(calendar), start, minutes
    while left:
        paused = any(p.since <= at < p.until for p in pauses)
        left -= is_open(at) and not paused
        at += MINUTE
    return at


def walk_days(start, days, calendar, pauses):
    """Return the day on which a limit ends, walking from day to day."""

    def works(day):
        return calendar.is_working_day(day)

    registered = calendar.local_day(start)
    while not works(registered):
        registered += DAY
    day, left = registered, days
    for pause in (None, *pauses):
        if pause is not None:
            first, last = taken_by(pause, registered, calendar)
            left = sum(works(first + n * DAY) for n in range(1, (last - first).days + 1))
        while left:
            day += DAY
            left -= works(day)
        while pause and (
            not works(day) or calendar.spans_on(day)[-1].closes <= pause.until
        ):
            day += DAY
    return day


def taken_by(pause, registered, calendar):
    """Return the day after which a pause takes days, and the last that it takes."""
    first = max(registered, calendar.local_day(pause.since))
    return first, max(first, calendar.local_day(pause.until - MINUTE))


# -- what hypothesis makes ---------------------------------------------------------------
FIRST_AND_LAST = (datetime(2025, 11, 1), datetime(2026, 12, 1))  # noqa: DTZ001  hypothesis adds the zone
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
whole_minutes = st.datetimes(
    *FIRST_AND_LAST,
    timezones=st.just(UTC),
).map(lambda at: at.replace(second=0, microsecond=0))
spans_of_day = st.sampled_from(
    [
        (),
        ("09:00-13:00", "14:30-18:30"),
        ("00:00-24:00",),
        ("08:30-12:00",),
        ("22:00-24:00",),
    ]
)
weeks = st.lists(spans_of_day, min_size=7, max_size=7).filter(
    lambda w: sum(map(bool, w)) > 1
)
bodies = st.builds(
    lambda week, holidays: OFFICE.for_hours(
        Hours(**dict(zip(WEEK, week, strict=True)),
              moved=("10:00-12:00",), on_holidays=holidays)
    ),
    weeks, st.booleans(),
)  # fmt: skip
calendars = st.just(OFFICE) | bodies


@st.composite
def pauses_after(draw, start, most=2):
    """Return pauses in order that do not overlap, and begin after the start."""
    found, at = [], start
    for _ in range(draw(st.integers(0, most))):
        since = at + draw(st.integers(1, 6 * 24 * 60)) * MINUTE
        until = since + draw(st.integers(0, 9 * 24 * 60)) * MINUTE
        found.append(Paused(since, until))
        at = until
    return found


def folded(start, limit, pauses, calendar):
    """Return the deadline as the service gets it: pause after pause, while it ran."""
    due = due_at(start, limit, calendar)
    for pause in pauses:
        if pause.since >= due:
            break  # who is late cannot pause
        due = put_off(start, due, limit, [pause], calendar)
    return due


@settings(max_examples=120)
@given(st.data(), whole_minutes, st.integers(1, 25), calendars)
def test_working_days_with_pauses_are_those_of_a_day_by_day_counter(
    data, start, days, calendar
):
    limit = Limit(work_days=days)
    pauses = data.draw(pauses_after(start))
    used, due = [], due_at(start, limit, calendar)
    for pause in pauses:
        if pause.since >= due:
            break
        used.append(pause)
        due = put_off(start, due, limit, [pause], calendar)
    expected = walk_days(start, days, calendar, used)
    assert calendar.local_day(due - MINUTE) == expected
    assert due == calendar.spans_on(expected)[-1].closes
    # The law's days are all there, and no pause gave more than the day on which it ended.
    registered = calendar.registered_on(start)
    free = [
        day
        for n in range(1, (expected - registered).days + 1)
        if calendar.is_working_day(day := registered + n * DAY)
        and not any(
            f < day <= u for f, u in (taken_by(p, registered, calendar) for p in used)
        )
    ]
    assert days - len(used) <= len(free) <= days + len(used)
    assert all(due > pause.until for pause in used)


@settings(max_examples=60)
@given(st.data(), whole_minutes, st.integers(1, 12 * 60), calendars)
def test_working_hours_with_pauses_are_those_of_a_minute_by_minute_counter(
    data, start, minutes, calendar
):
    limit = Limit(work=minutes * MINUTE)
    pauses = data.draw(pauses_after(start, most=1))
    used = [p for p in pauses if p.since < due_at(start, limit, calendar)]
    assert folded(start, limit, pauses, calendar) == walk_minutes(
        start, minutes, calendar, used
    )


@given(st.data(), whole_minutes, calendars)
def test_a_pause_never_brings_a_deadline_nearer_nor_does_an_extension(
    data, start, calendar
):
    limit = Limit(work_days=15)
    due = due_at(start, limit, calendar)
    delays = [*data.draw(pauses_after(start)), Extended(start + 3 * DAY)]
    assert put_off(start, due, limit, delays, calendar) >= due


@given(whole_minutes, st.integers(1, 10), calendars)
def test_a_pause_lasts_its_working_days_and_not_one_more(since, days, calendar):
    ends = pause_ends(since, Limit(work_days=days), calendar)
    first, last = calendar.local_day(since), calendar.local_day(ends - MINUTE)
    assert calendar.working_days_between(first, last) == days
    assert ends == calendar.spans_on(last)[-1].closes


PAUSES = [
    # what                                     since               until               due by then
    ("back on the same day: nothing gained",   "2026-03-10 10:00", "2026-03-10 17:00", "2026-04-02 18:30"),
    ("over one night: a working day",          "2026-03-10 10:00", "2026-03-11 09:00", "2026-04-03 18:30"),
    ("over a weekend: a working day",          "2026-03-13 18:00", "2026-03-16 09:00", "2026-04-03 18:30"),
    ("begun and ended on a weekend: nothing",  "2026-03-14 10:00", "2026-03-15 12:00", "2026-04-02 18:30"),
    ("over the holidays of Nauryz",            "2026-03-20 12:00", "2026-03-26 12:00", "2026-04-03 18:30"),
    ("five working days",                      "2026-03-10 10:00", "2026-03-17 18:30", "2026-04-09 18:30"),
    ("on the last day, over the weekend",      "2026-04-02 12:00", "2026-04-04 10:00", "2026-04-06 18:30"),
    ("on the last day, until after closing",   "2026-04-02 12:00", "2026-04-02 20:00", "2026-04-03 18:30"),
    ("on the last day, until it ends by itself", "2026-04-02 12:00", "2026-04-09 18:30", "2026-04-10 18:30"),
    ("before the day of registration was over", "2026-03-06 10:30", "2026-03-06 18:00", "2026-04-02 18:30"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "since", "until", "due"), PAUSES, ids=[row[0] for row in PAUSES]
)
def test_what_a_pause_does_to_fifteen_working_days(what, since, until, due):
    start, limit = local("2026-03-06 10:00"), Limit(work_days=15)
    pause = Paused(local(since), local(until))
    first = due_at(start, limit, OFFICE)
    assert put_off(start, first, limit, [pause], OFFICE) == local(due), what


def test_elapsed_time_stands_still_for_as_long_as_the_pause():
    start = local("2026-03-06 10:00")
    for limit in (Limit(clock=timedelta(hours=4)), Limit(days=3)):
        due = due_at(start, limit, OFFICE)
        pause = Paused(start + MINUTE, start + 61 * MINUTE)
        assert put_off(start, due, limit, [pause], OFFICE) == due + timedelta(hours=1)


def test_a_pause_on_a_day_off_counts_from_the_next_working_day():
    saturday = local("2026-03-14 12:00")
    assert pause_ends(saturday, FIVE, OFFICE) == local("2026-03-20 18:30")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 1, 15), 2, date(2026, 3, 15)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_end_where_months_end(day, months, later):
    assert months_later(day, months) == later


limits = st.one_of(
    st.builds(Limit, clock=st.integers(1, 10**6).map(lambda s: timedelta(seconds=s))),
    st.builds(Limit, work=st.integers(1, 10**5).map(lambda s: timedelta(seconds=s))),
    st.builds(Limit, work_days=st.integers(0, 400)),
    st.builds(Limit, days=st.integers(0, 400)),
)


@given(limits)
def test_a_limit_reads_back_as_it_was_written(limit):
    assert parse_limit(limit.text) == limit


@pytest.mark.parametrize("text", ["", "P1WD", "15 days", "PT1H holiday", "P-1D days"])
def test_what_is_no_limit_is_refused(text):
    with pytest.raises(ValueError):
        parse_limit(text)


def test_a_body_of_the_same_hours_has_the_same_calendar():
    assert OFFICE.for_hours(None) is OFFICE
    assert OFFICE.for_hours(CALENDAR.hours) is OFFICE
    own = Hours(mon=("10:00-12:00",))
    assert OFFICE.for_hours(own) is OFFICE.for_hours(Hours(mon=("10:00-12:00",)))
    assert OFFICE.for_hours(own).version != OFFICE.version
