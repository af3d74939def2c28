"""What a report asks and says: one definition for the page, the file and the API.

A report counts the cases (at 111 also the contacts) that came in within a period and that its
reader may know of. Days begin at midnight in Almaty.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)  # what can be compared with years before
LONGEST = timedelta(days=3 * 366)
REPEAT_WITHIN = timedelta(days=90)
_DAYS_BY_DAY, _DAYS_BY_WEEK = 45, 200


class About(StrEnum):
    """What a report is about."""

    VOLUMES = "volumes"
    STAGES = "stages"
    AGEING = "ageing"
    REPEATS = "repeats"
    REFUSALS = "refusals"
    SEASONS = "seasons"


class Of(StrEnum):
    """What is counted."""

    CASES = "cases"
    CONTACTS = "contacts"  # at 111 alone


class By(StrEnum):
    """What rows and columns can be."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    REGION = "region"
    TOPIC = "topic"
    CHANNEL = "channel"
    LANGUAGE = "language"
    URGENCY = "urgency"


class Preset(StrEnum):
    """Periods that people ask for without typing dates."""

    DAYS_30 = "30d"
    THIS_MONTH = "month"
    LAST_MONTH = "last_month"
    THIS_QUARTER = "quarter"
    THIS_YEAR = "year"
    LAST_YEAR = "last_year"


TIMES = (By.DAY, By.WEEK, By.MONTH)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days; `to` is the first day that is no part of it."""

    from_: date
    to: date

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.to - self.from_).days

    @property
    def last(self) -> date:
        """Return its last day."""
        return self.to - timedelta(days=1)


def days_through(first: date, last: date) -> Period:
    """Return the days from `first` to `last`, that day too."""
    return Period(first, last + timedelta(days=1) if last < date.max else last)


@dataclass(frozen=True, slots=True)
class ReportAsk:
    """One report as it is asked for. None: everything of that kind."""

    about: About
    period: Period
    of: Of = Of.CASES
    rows: By = By.REGION
    columns: By = By.TOPIC
    region: str | None = None
    topic: str | None = None
    channel: str | None = None
    language: str | None = None

    def during(self, period: Period) -> "ReportAsk":
        """Return the same of another period."""
        return replace(self, period=period)


def period_of(preset: Preset, today: date) -> Period:
    """Return the days that a preset means; one that goes on ends with today."""
    tomorrow, month = today + timedelta(days=1), today.replace(day=1)
    quarter = month.replace(month=1 + 3 * ((today.month - 1) // 3))
    begins = {
        Preset.DAYS_30: tomorrow - timedelta(days=30),
        Preset.THIS_MONTH: month,
        Preset.LAST_MONTH: months_before(month, 1),
        Preset.THIS_QUARTER: quarter,
        Preset.THIS_YEAR: today.replace(month=1, day=1),
        Preset.LAST_YEAR: date(today.year - 1, 1, 1),
    }
    ends = {Preset.LAST_MONTH: month, Preset.LAST_YEAR: today.replace(month=1, day=1)}
    return Period(begins[preset], ends.get(preset, tomorrow))


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last that month has."""
    at = day.year * 12 + day.month - 1 - months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def before(period: Period) -> Period:
    """Return the period just before: as many months where it is whole months, else days."""
    whole = period.from_.day == 1 and period.to.day == 1
    if whole:
        months = (
            12 * (period.to.year - period.from_.year) + period.to.month - period.from_.month
        )
        return Period(months_before(period.from_, months), period.from_)
    return Period(period.from_ - timedelta(days=period.days), period.from_)


def year_before(period: Period) -> Period:
    """Return the same days a year earlier; whole months are whole months there too.

    By its last day, not by the day after: 29 February is in few years, and the 28th would
    be lost with it.
    """
    first = months_before(period.from_, 12)
    if period.to.day == 1:
        return Period(first, months_before(period.to, 12))
    return days_through(first, months_before(period.last, 12))


def fineness(period: Period) -> By:
    """Return the steps in which a line over the period can be read."""
    if period.days <= _DAYS_BY_DAY:
        return By.DAY
    return By.WEEK if period.days <= _DAYS_BY_WEEK else By.MONTH


def steps(period: Period, by: By) -> list[date]:
    """Return the first days of every step, also of those in which nothing came."""
    day = step_of(period.from_, by)
    found = []
    while day < period.to:
        found.append(day)
        if by is By.MONTH:
            day = months_before(day, -1)
        else:
            day += timedelta(days=7 if by is By.WEEK else 1)
    return found


def step_of(day: date, by: By) -> date:
    """Return the first day of the step that `day` belongs to; weeks begin on Monday."""
    if by is By.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if by is By.WEEK else day


@dataclass(frozen=True, slots=True)
class Grid:
    """Counts by two things, with their sums. Keys are codes; "" is what nobody knows yet."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], int]

    def at(self, row: str, column: str) -> int:
        """Return one count."""
        return self.cells.get((row, column), 0)

    def row_sum(self, row: str) -> int:
        """Return the sum of a row."""
        return sum(self.at(row, column) for column in self.columns)

    def column_sum(self, column: str) -> int:
        """Return the sum of a column."""
        return sum(self.at(row, column) for row in self.rows)

    @property
    def total(self) -> int:
        """Return the sum of all."""
        return sum(self.cells.values())


def change(now: int, then: int) -> float | None:
    """Return by how many percent `now` is above `then`; None where there was nothing."""
    return None if then == 0 else round(100 * (now - then) / then, 1)
