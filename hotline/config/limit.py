"""How long something may take, in one of four measures."""

import re
from datetime import timedelta
from enum import StrEnum

from hotline.config.loading import Section


class CalendarKind(StrEnum):
    """What a limit counts."""

    CLOCK = "clock"  # elapsed time, day and night
    WORK = "work"  # working time of the body
    DAYS = "days"  # calendar days of 24 hours


class Limit(Section, frozen=True):
    """How long something may take: exactly one of the four."""

    clock: timedelta | None = None
    work: timedelta | None = None
    work_days: int | None = None
    days: int | None = None

    def __post_init__(self) -> None:
        """Refuse a limit with no measure or two."""
        given = (self.clock, self.work, self.work_days, self.days)
        if sum(value is not None for value in given) != 1:
            raise ValueError("a limit has exactly one of clock, work, work_days, days")

    @property
    def kind(self) -> CalendarKind:
        """Return what the limit counts."""
        if self.clock is not None:
            return CalendarKind.CLOCK
        return CalendarKind.DAYS if self.days is not None else CalendarKind.WORK

    @property
    def positive(self) -> bool:
        """Return whether the limit allows any time at all."""
        span = self.clock if self.clock is not None else self.work
        if span is not None:
            return span > timedelta()
        return (self.days or self.work_days or 0) > 0

    @property
    def text(self) -> str:
        """Return the limit as figures and documents name it: "PT15M clock", "P1WD work"."""
        if self.work_days is not None:
            return f"P{self.work_days}WD work"
        if self.days is not None:
            return f"P{self.days}D days"
        return f"{_iso(self.clock or self.work or timedelta())} {self.kind}"


_TEXT = re.compile(
    r"P(?:(?P<wd>\d+)WD|(?P<d>\d+)D|T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)S)?)"
    r" (?P<kind>clock|work|days)"
)


def parse_limit(text: str) -> Limit:
    """Return the limit that `Limit.text` names.

    Units: seconds at the finest. Errors: ValueError for anything that is no limit's text.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError(f"no limit: {text!r}")
    if found["wd"] is not None:
        return Limit(work_days=int(found["wd"]))
    if found["d"] is not None:
        return Limit(days=int(found["d"]))
    hours, minutes, seconds = (int(found[part] or 0) for part in "hms")
    span = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return Limit(work=span) if found["kind"] == "work" else Limit(clock=span)


def _iso(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    return "PT" + ("".join(f"{n}{unit}" for n, unit in parts if n) or "0S")
