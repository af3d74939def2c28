"""Showing the working: how a due moment came about, step by step, in kk and ru."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.sla.calendar import WorkingCalendar
from hotline.sla.deadline import Deadline
from hotline.sla.wording import WORDING, Language, limit_text
from hotline.sla.working_year import OpenSpan


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working.

    Kinds: basis, limit, started, registered, counted, skipped, due. `value` is a
    local moment, a local date, a limit or an amount; `note` says why or how much.
    """

    kind: str
    value: str
    note: str = ""


def working(deadline: Deadline, calendar: WorkingCalendar) -> list[Step]:
    """Return how the deadline was counted, in order.

    Units: moments in local time of the calendar's zone, ISO 8601 with offset.
    Errors: RuleForbids `beyond_calendar` when the calendar no longer reaches it.
    """
    target, limit = deadline.target, deadline.target.limit
    steps = [
        Step("basis", "", "law" if target.law else "policy"),
        Step("limit", limit.text),
        Step("started", _local(deadline.started_at, calendar)),
    ]
    if limit.work_days is not None:
        steps += _days(deadline, limit.work_days, calendar)
    elif limit.work is not None:
        steps += _hours(deadline, calendar)
    return [*steps, Step("due", _local(deadline.due_at, calendar))]


def working_text(deadline: Deadline, steps: list[Step], language: Language) -> str:
    """Return the working as sentences, a line each, in Kazakh or Russian."""
    basis = deadline.target.basis
    told = {"basis": basis.kk if language == "kk" else basis.ru}
    return "\n".join(_line(step, told, language) for step in steps)


def _line(step: Step, told: dict[str, str], language: Language) -> str:
    wording = WORDING[language]
    note = wording.notes.get(step.note, step.note)
    if step.kind == "limit":
        value = limit_text(step.value, wording)
    else:
        value = told.get(step.kind, step.value)
    return wording.lines[step.kind].format(value=value, note=note)


def _days(deadline: Deadline, wanted: int, calendar: WorkingCalendar) -> Iterator[Step]:
    registered = calendar.registered_on(deadline.started_at)
    yield from _skipped(calendar.local_day(deadline.started_at), registered, calendar)
    yield Step("registered", registered.isoformat())
    day, counted = registered, 0
    while counted < wanted:
        day += timedelta(days=1)
        reason = calendar.why_shut(day)
        counted += reason is None
        yield Step(
            "skipped" if reason else "counted", day.isoformat(), reason or str(counted)
        )


def _hours(deadline: Deadline, calendar: WorkingCalendar) -> Iterator[Step]:
    day, last = calendar.local_day(deadline.started_at), calendar.local_day(deadline.due_at)
    while day <= last:
        reason = calendar.why_shut(day)
        if reason:
            yield Step("skipped", day.isoformat(), reason)
        worked = sum(
            (_shared(span, deadline) for span in calendar.spans_on(day)), timedelta()
        )
        if worked:
            yield Step("counted", day.isoformat(), _amount(worked))
        day += timedelta(days=1)


def _shared(span: OpenSpan, deadline: Deadline) -> timedelta:
    opens = max(span.opens, deadline.started_at)
    return max(timedelta(), min(span.closes, deadline.due_at) - opens)


def _skipped(since: date, until: date, calendar: WorkingCalendar) -> Iterator[Step]:
    while since < until:
        yield Step("skipped", since.isoformat(), calendar.why_shut(since) or "")
        since += timedelta(days=1)


def _amount(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


def _local(at: datetime, calendar: WorkingCalendar) -> str:
    return at.astimezone(calendar.zone).isoformat(timespec="minutes")
