"""How far a written outcome may be put off, and by whom."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time

from hotline.cases.terms import Role
from hotline.config.sla import Extension
from hotline.errors import NotAllowed, RuleForbids
from hotline.sla.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class ExtensionAsked:
    """An extension that somebody asks for; moments aware."""

    started_at: datetime
    first_due: datetime  # without any extension
    due_at: datetime  # as it stands
    until: datetime
    earlier: int  # extensions before this one
    now: datetime


def check_extension(
    asked: ExtensionAsked, rule: Extension, times: int, calendar: WorkingCalendar
) -> None:
    """Return if the extension is lawful.

    Errors: RuleForbids: `not_later`, `extended_enough` (how often), `extension_too_long`
    with the latest moment, `beyond_calendar`; the field is `until`.
    Source: Administrative Procedural Code, art. 76; config/sla.yaml, `extension`.
    """
    if asked.until <= max(asked.due_at, asked.now):
        raise RuleForbids(
            "an extension ends later than the deadline that stands",
            code="not_later",
            field="until",
        )
    if asked.earlier >= times:
        raise RuleForbids(
            f"it was extended {asked.earlier} times, and may be no more",
            code="extended_enough",
            field="until",
        )
    last = latest(asked, rule, calendar)
    if asked.until > last:
        raise RuleForbids(
            f"all extensions together end by {last.isoformat(timespec='minutes')}",
            code="extension_too_long",
            field="until",
            latest=last.isoformat(),
        )
    _within(asked.until, calendar)


def latest(asked: ExtensionAsked, rule: Extension, calendar: WorkingCalendar) -> datetime:
    """Return the last moment to which all extensions together may reach; local time."""
    base = asked.first_due if rule.counts_from == "deadline" else asked.started_at
    local = base.astimezone(calendar.zone)
    return datetime.combine(
        months_later(local.date(), rule.max_months),
        time(23, 59) if rule.counts_from == "receipt" else local.time(),
        calendar.zone,
    )


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def closing_of(day: date, calendar: WorkingCalendar) -> datetime:
    """Return when work ends on `day`, or on the last working day before it.

    Errors: RuleForbids `beyond_calendar`.
    """
    while not calendar.spans_on(day):
        day = date.fromordinal(day.toordinal() - 1)
    return calendar.spans_on(day)[-1].closes


def check_position(role: Role, position: str | None, rule: Extension) -> None:
    """Return if this person may extend: head or deputy of the lead body, or a supervisor.

    Errors: NotAllowed `not_head`.
    """
    if role is not Role.SUPERVISOR and position not in rule.by:
        raise NotAllowed("a head or deputy of the body extends", code="not_head")


def _within(until: datetime, calendar: WorkingCalendar) -> None:
    """Errors: RuleForbids `beyond_calendar` where the calendar does not reach."""
    calendar.why_shut(calendar.local_day(until))
