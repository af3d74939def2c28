"""config/calendar.yaml: when bodies work, and what the holiday library gets wrong."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta

from hotline.config.loading import Section

FILE = "calendar.yaml"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EARLIEST_YEAR = 1991  # the holiday library knows nothing before

SpanText = Annotated[
    str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")
]


class Hours(Section, frozen=True):
    """A body's working spans per weekday, local time, for instance "09:00-13:00"."""

    mon: tuple[SpanText, ...] = ()
    tue: tuple[SpanText, ...] = ()
    wed: tuple[SpanText, ...] = ()
    thu: tuple[SpanText, ...] = ()
    fri: tuple[SpanText, ...] = ()
    sat: tuple[SpanText, ...] = ()
    sun: tuple[SpanText, ...] = ()
    moved: tuple[SpanText, ...] = ()  # on a weekend day that the state made a working day
    on_holidays: bool = False  # round-the-clock bodies work through public holidays


class ClosedDay(Section, frozen=True):
    """A day on which bodies are shut although the library says they work."""

    date: date
    source: str


class OpenedDay(Section, frozen=True):
    """A day on which bodies work although the library says they are shut."""

    date: date
    source: str
    spans: tuple[SpanText, ...] = ()  # empty: the body's `moved` hours


class Horizon(Section, frozen=True):
    """First and last year for which deadlines in working time may be counted."""

    first: int
    last: int


class CalendarConfig(Section, frozen=True):
    """The whole of config/calendar.yaml."""

    version: str
    timezone: str
    years: Horizon
    hours: Hours
    closed: tuple[ClosedDay, ...] = ()
    opened: tuple[OpenedDay, ...] = ()


def minutes(span: str) -> tuple[int, int]:
    """Return the span's start and end.

    Units: minutes since local midnight; 24:00 is 1440.
    """
    opens, _, closes = span.partition("-")
    return _minute(opens), _minute(closes)


def weekly(hours: Hours) -> tuple[tuple[SpanText, ...], ...]:
    """Return the spans of Monday to Sunday, in that order."""
    return (hours.mon, hours.tue, hours.wed, hours.thu, hours.fri, hours.sat, hours.sun)


def _minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def problems(config: CalendarConfig, today: date | None = None) -> list[str]:
    """Return what is wrong with the calendar, a line each: file, key, remedy.

    With `today`, the horizon must also reach to the end of next year: an extended
    written outcome that starts in December ends there.
    """
    return [
        *_timezone(config),
        *_years(config, today),
        *hours_problems(config.hours, FILE, "hours"),
        *_exceptions(config),
    ]


def hours_problems(hours: Hours, file: str, key: str) -> list[str]:
    """Return what is wrong with one body's hours; `file` and `key` say where they stand."""
    found: list[str] = []
    for name, spans in zip(
        (*WEEKDAYS, "moved"), (*weekly(hours), hours.moved), strict=True
    ):
        found += _spans(spans, file, f"{key}.{name}")
    if not any(weekly(hours)):
        found.append(
            f"{file}: key `{key}`: has no working time at all; "
            'give at least one weekday a span such as "09:00-13:00"'
        )
    return found


def _timezone(config: CalendarConfig) -> Iterator[str]:
    try:
        ZoneInfo(config.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"{FILE}: key `timezone`: {config.timezone!r} is no zone; write Asia/Almaty"


def _years(config: CalendarConfig, today: date | None) -> Iterator[str]:
    years = config.years
    if years.first < EARLIEST_YEAR:
        yield f"{FILE}: key `years.first`: too early; use {EARLIEST_YEAR} or later"
    if years.last <= years.first:
        yield f"{FILE}: key `years.last`: must be later than `years.first`; raise it"
    if today is not None and years.last < today.year + 1:
        yield f"{FILE}: key `years.last`: horizon too short; use {today.year + 1} or later"


def _exceptions(config: CalendarConfig) -> Iterator[str]:
    yield from _dated("closed", config.closed, config.years)
    yield from _dated("opened", config.opened, config.years)
    shut = {day.date for day in config.closed}
    for index, opened in enumerate(config.opened):
        where = f"opened[{index}]"
        if opened.date in shut:
            yield f"{FILE}: key `{where}`: {opened.date} is also `closed`; remove one"
        if not (opened.spans or config.hours.moved):
            yield f"{FILE}: key `{where}`: has no spans; add `spans` here or `hours.moved`"
        yield from _spans(opened.spans, FILE, f"{where}.spans")


def _dated(
    key: str, days: tuple[ClosedDay | OpenedDay, ...], years: Horizon
) -> Iterator[str]:
    seen: set[date] = set()
    for index, day in enumerate(days):
        where = f"{FILE}: key `{key}[{index}]`"
        if day.date in seen:
            yield f"{where}: {day.date} is named twice; keep one"
        seen.add(day.date)
        if not years.first <= day.date.year <= years.last:
            yield f"{where}: {day.date} is outside `years`; remove it or widen `years`"
        if not day.source.strip():
            yield f"{where}: `source` is empty; say which act or notice decided it"


def _spans(spans: tuple[SpanText, ...], file: str, key: str) -> Iterator[str]:
    before = 0
    for span in spans:
        opens, closes = minutes(span)
        if closes <= opens:
            yield f"{file}: key `{key}`: {span} ends before it begins; swap the hours"
        elif opens < before:
            yield f"{file}: key `{key}`: {span} overlaps the one before; part them"
        before = max(before, closes)
