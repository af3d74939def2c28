"""Working time of a body: which moments count, and where so much of it ends."""

import hashlib
from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from hotline.config.calendar import CalendarConfig, ClosedDay, Hours, OpenedDay
from hotline.errors import RuleForbids
from hotline.sla.holidays_kz import library_version, national_year
from hotline.sla.working_year import (
    OpenSpan,
    WorkingYear,
    build_year,
    day_spans,
    moment,
    stamp,
    why_shut,
)


class WorkingCalendar:
    """Working time of one body; without `hours`, of state bodies in general.

    Source: config/calendar.yaml; package `holidays` (KZ). Exceptions in the file win.
    """

    def __init__(self, config: CalendarConfig, hours: Hours | None = None) -> None:
        self._config = config
        self._hours = hours or config.hours
        self._off: dict[date, ClosedDay] = {day.date: day for day in config.closed}
        self._on: dict[date, OpenedDay] = {day.date: day for day in config.opened}
        self._years: dict[int, WorkingYear] = {}
        self._own: dict[Hours, WorkingCalendar] = {}
        self.zone = ZoneInfo(config.timezone)
        self.last_day = date(config.years.last, 12, 31)
        self.version = _version(config, self._hours)

    def for_hours(self, hours: Hours | None) -> "WorkingCalendar":
        """Return the calendar of a body with `hours` of its own; None: this one.

        Days off and their exceptions are the country's, for every body alike.
        """
        if hours is None or hours == self._hours:
            return self
        known = self._own.get(hours)
        if known is None:
            known = self._own[hours] = WorkingCalendar(self._config, hours)
        return known

    def spans_on(self, day: date) -> tuple[OpenSpan, ...]:
        """Return the open spans of a local `day`, in order; none where the body is shut.

        Units: moments in UTC. Errors: RuleForbids `beyond_calendar` outside the years.
        """
        self._within(day.year)
        return tuple(day_spans(day, self._hours, self._off, self._on, self.zone))

    def is_working_day(self, day: date) -> bool:
        """Return whether the body works at all on a local `day`."""
        return bool(self.spans_on(day))

    def why_shut(self, day: date) -> str | None:
        """Return `weekend`, `holiday` or `exception`; None on a working day."""
        self._within(day.year)
        return why_shut(day, self._hours, self._off, self._on)

    def shut_because(self, day: date) -> str | None:
        """Return why a day does not count: as `why_shut`, a holiday with its code."""
        why = self.why_shut(day)
        if why != "holiday":
            return why
        name = national_year(day.year).names.get(day, "")
        return f"holiday:{name}" if name else why

    def local_day(self, at: datetime) -> date:
        """Return the local date of a moment."""
        return at.astimezone(self.zone).date()

    def add_working_time(self, start: datetime, span: timedelta) -> datetime:
        """Return the first moment at which `span` of working time has passed since `start`.

        A closing moment still counts as open, so work that fills the day is due at closing.

        Units: `start` aware; `span` not negative; the answer in UTC.
        Errors: RuleForbids `beyond_calendar`; ValueError for a negative span.
        """
        left = span // timedelta(microseconds=1)
        if left < 0:
            raise ValueError("working time cannot be negative")
        since, year = stamp(start), self.local_day(start).year
        while True:
            table = self._year(year)
            index = bisect_left(table.closes, since)
            if index < len(table.closes):
                done = table.before[index] + max(0, since - table.opens[index])
                target = bisect_left(table.through, done + left, lo=index)
                if target < len(table.closes):
                    worked = done + left - table.before[target]
                    return moment(table.opens[target] + worked)
                left -= table.through[-1] - done
            year += 1

    def end_of_nth_working_day(self, received: datetime, n: int) -> datetime:
        """Return the closing moment of the n-th working day after the day of registration.

        Registered on the day of receipt when that is a working day, whatever the hour,
        else on the next working day.

        Units: working days; `n` 0 is the day of registration itself; the answer in UTC.
        Errors: RuleForbids `beyond_calendar`; ValueError for a negative `n`.
        Source: config/sla.yaml, head; Administrative Procedural Code, art. 76.
        """
        if n < 0:
            raise ValueError("working days cannot be negative")
        day, left = self.local_day(received), n
        year = day.year
        # The search lands on the day of registration (see `registered_on`).
        index = bisect_left(self._year(year).days, day)
        while index + left >= len(self._year(year).days):
            left -= len(self._year(year).days) - index
            year, index = year + 1, 0
        return moment(self._year(year).ends[index + left])

    def registered_on(self, received: datetime) -> date:
        """Return the working day on which something received then counts as registered."""
        day = self.local_day(received)
        year = day.year
        while True:
            days = self._year(year).days
            index = bisect_left(days, day)
            if index < len(days):
                return days[index]
            year += 1

    def working_days_between(self, after: date, until: date) -> int:
        """Return how many working days there are after `after`, up to and with `until`."""
        if until <= after:
            return 0
        return self._days_through(until, after.year) - self._days_through(after, after.year)

    def working_time_between(self, since: datetime, until: datetime) -> timedelta:
        """Return how much working time there is from `since` to `until`.

        Units: aware moments. Errors: RuleForbids `beyond_calendar`.
        """
        day, last, total = self.local_day(since), self.local_day(until), timedelta()
        while day <= last:
            for span in self.spans_on(day):
                open_part = min(span.closes, until) - max(span.opens, since)
                total += max(timedelta(), open_part)
            day += timedelta(days=1)
        return total

    def _days_through(self, day: date, first_year: int) -> int:
        """Return the number of working days from the start of `first_year` through `day`."""
        whole = sum(len(self._year(year).days) for year in range(first_year, day.year))
        return whole + bisect_right(self._year(day.year).days, day)

    def is_open(self, at: datetime) -> bool:
        """Return whether the body works at this moment; its closing moment counts."""
        table, when = self._year(self.local_day(at).year), stamp(at)
        index = bisect_right(table.opens, when) - 1
        return index >= 0 and when <= table.closes[index]

    def _year(self, year: int) -> WorkingYear:
        table = self._years.get(year)
        if table is None:
            self._within(year)
            table = build_year(year, self._hours, self._off, self._on, self.zone)
            self._years[year] = table
        return table

    def _within(self, year: int) -> None:
        years = self._config.years
        if not years.first <= year <= years.last:
            raise RuleForbids(
                f"calendar.yaml: key `years`: {year} lies outside "
                f"{years.first}-{years.last}; widen it",
                code="beyond_calendar",
                year=year,
            )


def _version(config: CalendarConfig, hours: Hours) -> str:
    """Return a short hash: same text, same deadlines (given the same zone data)."""
    told = msgspec.json.encode((config, hours, library_version()), order="deterministic")
    return f"{config.version}+{hashlib.sha256(told).hexdigest()[:12]}"
