"""Showing the working: how a due moment came about, step by step, in the reader's language."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.config.limit import Limit
from hotline.sla.calendar import WorkingCalendar
from hotline.sla.deadline import Deadline
from hotline.sla.put_off import Delay, Extended, days_stood_still
from hotline.sla.wording import WORDING, Language, limit_text
from hotline.sla.working_year import OpenSpan

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working.

    Kinds: the keys of `wording.Wording.lines`. `value` is a local moment, a local date, a
    limit or an amount; `note` says why, who or how much.
    """

    kind: str
    value: str
    note: str = ""


def working(deadline: Deadline, calendar: WorkingCalendar) -> list[Step]:
    """Return how the deadline was counted, in order.

    Units: moments in local time of the calendar's zone, ISO 8601 with offset.
    Errors: RuleForbids `beyond_calendar` when the calendar no longer reaches it.
    """
    target = deadline.target
    return [
        Step("basis", "", "law" if target.law else "policy"),
        Step("limit", target.limit.text),
        Step("started", local(deadline.started_at, calendar)),
        *counted(deadline, calendar),
        Step("due", local(deadline.due_at, calendar)),
    ]


def counted(deadline: Deadline, calendar: WorkingCalendar) -> list[Step]:
    """Return the days and hours that were counted, and those that were skipped, and why.

    Errors: as `working`.
    """
    limit = deadline.target.limit
    if limit.work_days is not None:
        return list(_days(deadline, limit.work_days, calendar))
    return list(_hours(deadline, calendar)) if limit.work is not None else []


def delayed(
    start: datetime, limit: Limit, delays: Sequence[Delay], calendar: WorkingCalendar
) -> list[Step]:
    """Return what put a deadline off, a step each."""
    steps: list[Step] = []
    for delay in delays:
        if isinstance(delay, Extended):
            steps.append(Step("extended", local(delay.until, calendar)))
            continue
        span = f"{local(delay.since, calendar)} – {local(delay.until, calendar)}"
        if limit.work_days is not None:
            stood = f"P{days_stood_still(start, delay, calendar)}WD work"
        else:
            stood = _amount(delay.until - delay.since)
        steps.append(Step("stood_still", stood, span))
    return steps


def working_text(deadline: Deadline, steps: list[Step], language: Language) -> str:
    """Return the working as sentences, a line each."""
    told = {"basis": getattr(deadline.target.basis, language)}
    return "\n".join(sentence(step, language, told) for step in steps)


def sentence(step: Step, language: Language, told: dict[str, str] | None = None) -> str:
    """Return one step as a sentence; `told`: other values for some kinds."""
    wording = WORDING[language]
    note = wording.notes.get(step.note, step.note)
    if step.note.startswith("holiday:"):
        name = step.note.removeprefix("holiday:")
        note = f"{wording.notes['holiday']}: {wording.holidays.get(name, name)}"
    value = (told or {}).get(step.kind, step.value)
    if step.kind == "limit" or (step.kind == "stood_still" and value.startswith("P")):
        value = limit_text(step.value, wording)
    line = wording.lines[step.kind].format(value=_readable(step.kind, value), note=note)
    return line.removesuffix(", ")  # an old line gave no reason


def _readable(kind: str, value: str) -> str:
    """Return a local moment or day as people write it: 22.11.2026, 14:32."""
    if kind == "rule" or not _MOMENT.fullmatch(value):  # a version may look like a day
        return value
    found = datetime.fromisoformat(value)
    return f"{found:%d.%m.%Y, %H:%M}" if "T" in value else f"{found:%d.%m.%Y}"


def _days(deadline: Deadline, wanted: int, calendar: WorkingCalendar) -> Iterator[Step]:
    registered = calendar.registered_on(deadline.started_at)
    yield from _skipped(calendar.local_day(deadline.started_at), registered, calendar)
    yield Step("registered", registered.isoformat())
    day, done = registered, 0
    while done < wanted:
        day += timedelta(days=1)
        reason = calendar.shut_because(day)
        done += reason is None
        yield Step("skipped" if reason else "counted", day.isoformat(), reason or str(done))


def _hours(deadline: Deadline, calendar: WorkingCalendar) -> Iterator[Step]:
    day, last = calendar.local_day(deadline.started_at), calendar.local_day(deadline.due_at)
    while day <= last:
        reason = calendar.shut_because(day)
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
        yield Step("skipped", since.isoformat(), calendar.shut_because(since) or "")
        since += timedelta(days=1)


def _amount(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


def local(at: datetime, calendar: WorkingCalendar) -> str:
    """Return a moment in local time, ISO 8601 with offset."""
    return at.astimezone(calendar.zone).isoformat(timespec="minutes")
