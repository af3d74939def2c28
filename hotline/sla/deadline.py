"""When a clock is due."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hotline.cases.terms import ClockName, Regime, Urgency
from hotline.config.limit import Limit
from hotline.config.sla import SlaPolicy
from hotline.sla.calendar import WorkingCalendar
from hotline.sla.targets import Target, target


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock's due moment and what it was computed from; moments in UTC."""

    target: Target
    started_at: datetime
    due_at: datetime
    calendar_version: str
    body: str | None = None  # whose working hours count


def due_at(start: datetime, limit: Limit, calendar: WorkingCalendar) -> datetime:
    """Return when a limit that began at `start` is used up.

    Units: `start` aware; the answer in UTC. Calendar days are 24 hours each.
    Errors: RuleForbids `beyond_calendar`; ValueError for a `start` without a zone.
    Source: config/sla.yaml, head.
    """
    if start.tzinfo is None:
        raise ValueError("a clock needs a start with a zone")
    if limit.work_days is not None:
        return calendar.end_of_nth_working_day(start, limit.work_days)
    if limit.work is not None:
        return calendar.add_working_time(start, limit.work)
    elapsed = timedelta(days=limit.days) if limit.days is not None else limit.clock
    return start.astimezone(UTC) + (elapsed or timedelta())


def due_for(
    policy: SlaPolicy,
    calendar: WorkingCalendar,
    name: ClockName,
    started_at: datetime,
    *,
    urgency: Urgency,
    regime: Regime,
    rural: bool = False,
    body: str | None = None,
) -> Deadline | None:
    """Return the deadline of a clock, or None where that clock does not run.

    `calendar` is that of `body`, where a body's own hours count. A raised urgency calls this
    again with the first `started_at`: nothing resets a clock.

    Units: `started_at` aware. Errors: as `due_at`. Source: config/sla.yaml.
    """
    found = target(policy, name, urgency, regime, rural=rural)
    if found is None:
        return None
    due = due_at(started_at, found.limit, calendar)
    return Deadline(found, started_at.astimezone(UTC), due, calendar.version, body)
