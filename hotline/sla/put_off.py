"""What puts a deadline off: pauses that ended, and extensions; in the order they came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.config.limit import Limit
from hotline.sla.calendar import WorkingCalendar
from hotline.sla.deadline import due_at


@dataclass(frozen=True, slots=True)
class Paused:
    """The clock stood still; moments aware."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Extended:
    """A head, deputy or supervisor gave time until this moment."""

    until: datetime


Delay = Paused | Extended


def put_off(
    start: datetime,
    due: datetime,
    limit: Limit,
    delays: Iterable[Delay],
    calendar: WorkingCalendar,
) -> datetime:
    """Return when a clock of `limit` that was due at `due` is due after `delays`.

    A limit in working days is put off by the working days after the day of the pause, up to
    and with the day on which it ended: who resumes on the same day gained nothing, and who
    resumes when it would be over has until work next ends. Limits in working or elapsed time
    are put off by as much of it as passed. An extension never brings a deadline nearer.

    Units: aware moments; the answer in UTC. Errors: RuleForbids `beyond_calendar`.
    Source: docs/howto/clocks.md, "What puts a deadline off".
    """
    for delay in delays:
        if isinstance(delay, Extended):
            due = max(due, delay.until)
        else:
            due = _after_pause(start, due, limit, delay, calendar)
    return due


def _next_closing(at: datetime, calendar: WorkingCalendar) -> datetime:
    """Return when work next ends after `at`: a clock that goes on is never late at once."""
    today = calendar.end_of_nth_working_day(at, 0)
    return today if today > at else calendar.end_of_nth_working_day(at, 1)


def days_stood_still(start: datetime, pause: Paused, calendar: WorkingCalendar) -> int:
    """Return the working days that a pause took from a limit in working days."""
    first = max(calendar.registered_on(start), calendar.local_day(pause.since))
    return calendar.working_days_between(first, _last_day(pause.until, calendar))


def _last_day(until: datetime, calendar: WorkingCalendar) -> date:
    """Return the local day that ends with `until`: midnight belongs to the day before."""
    return calendar.local_day(until - timedelta(microseconds=1))


def pause_ends(since: datetime, limit: Limit, calendar: WorkingCalendar) -> datetime:
    """Return when a pause that began at `since` ends by itself.

    Units: aware; the answer in UTC. So many working days and not one more: a day off on
    which somebody paused is not a day of registration.
    """
    if limit.work_days is None:
        return due_at(since, limit, calendar)
    off = not calendar.is_working_day(calendar.local_day(since))
    return calendar.end_of_nth_working_day(since, limit.work_days - off)


def _after_pause(
    start: datetime, due: datetime, limit: Limit, pause: Paused, calendar: WorkingCalendar
) -> datetime:
    if limit.work_days is not None:
        days = days_stood_still(start, pause, calendar)
        # A body that closes at midnight is due in the first moment of the next day.
        last = due - timedelta(microseconds=1)
        moved = calendar.end_of_nth_working_day(last, days) if days else due
        return moved if moved > pause.until else _next_closing(pause.until, calendar)
    if limit.work is not None:
        stood = calendar.working_time_between(pause.since, pause.until)
        return calendar.add_working_time(due, stood) if stood else due
    return due + (pause.until - pause.since)
