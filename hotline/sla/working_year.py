"""One year of working time as sorted tables, so that a deadline is a binary search."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hotline.config.calendar import ClosedDay, Hours, OpenedDay, SpanText, minutes, weekly
from hotline.sla.holidays_kz import national_year

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """A stretch of working time; moments in UTC."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class WorkingYear:
    """Units: microseconds since 1970 (`opens`, `closes`, `ends`) or of working time."""

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]  # working time of the year before each span
    through: tuple[int, ...]  # and including it
    days: tuple[date, ...]  # working days
    ends: tuple[int, ...]  # closing moment of each


def stamp(at: datetime) -> int:
    """Return an aware moment as whole microseconds since 1970 (floats would round)."""
    return (at - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """Return the moment of a stamp, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def build_year(
    year: int,
    hours: Hours,
    off: Mapping[date, ClosedDay],
    on: Mapping[date, OpenedDay],
    zone: ZoneInfo,
) -> WorkingYear:
    """Return the tables of a year."""
    opens: list[int] = []
    closes: list[int] = []
    through: list[int] = [0]
    ends: dict[date, int] = {}
    day = date(year, 1, 1)
    while day.year == year:
        for span in day_spans(day, hours, off, on, zone):
            opens.append(stamp(span.opens))
            closes.append(stamp(span.closes))
            through.append(through[-1] + closes[-1] - opens[-1])
            ends[day] = closes[-1]
        day += timedelta(days=1)
    return WorkingYear(
        opens=tuple(opens),
        closes=tuple(closes),
        before=tuple(through[:-1]),
        through=tuple(through[1:]),
        days=tuple(ends),
        ends=tuple(ends.values()),
    )


def day_spans(
    day: date,
    hours: Hours,
    off: Mapping[date, ClosedDay],
    on: Mapping[date, OpenedDay],
    zone: ZoneInfo,
) -> Iterator[OpenSpan]:
    """Yield the open spans of a local day. Exceptions of the configuration win."""
    for text in _span_texts(day, hours, off, on):
        opens, closes = minutes(text)
        yield OpenSpan(_local(day, opens, zone), _local(day, closes, zone))


def why_shut(
    day: date, hours: Hours, off: Mapping[date, ClosedDay], on: Mapping[date, OpenedDay]
) -> str | None:
    """Return `exception`, `holiday` or `weekend`; None when the day has working time."""
    if _span_texts(day, hours, off, on):
        return None
    if day in off:
        return "exception"
    return "holiday" if day in national_year(day.year).off else "weekend"


def _span_texts(
    day: date, hours: Hours, off: Mapping[date, ClosedDay], on: Mapping[date, OpenedDay]
) -> tuple[SpanText, ...]:
    usual = weekly(hours)[day.weekday()]
    if day in on:
        return on[day].spans or usual or hours.moved
    if day in off:
        return ()
    if hours.on_holidays:
        return usual
    national = national_year(day.year)
    if day in national.off and day not in national.moved:
        return ()
    if day.weekday() >= _SATURDAY and day in national.moved:
        return usual or hours.moved
    return usual


def _local(day: date, minute: int, zone: ZoneInfo) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    # Wall-clock arithmetic on purpose: 09:00 is 09:00 also when the zone changes that day.
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)
