"""The hours in which a person may safely be written to, read from their own words.

"09:00-18:00", "9-12, 14.30-18", "22:00-06:00"; anything else is for people to read. So is
"9-6": it may mean until six in the evening, and at night somebody else hears the phone.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_ALMATY = ZoneInfo("Asia/Almaty")  # all of the country since 2024-03-01
_DAY = 24 * 60
_SPAN = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s*[-\u2010-\u2015]\s*(\d{1,2})(?:[:.](\d{2}))?", re.ASCII
)
_LONGEST = 100  # characters
_MORNING, _NOON, _EVENING = 6 * 60, 12 * 60, 18 * 60


@dataclass(frozen=True, slots=True)
class SafeHours:
    """Spans of minutes after midnight; one that ends before it begins goes over midnight."""

    spans: tuple[tuple[int, int], ...]

    def opens_at(self, now: datetime) -> datetime | None:
        """Return when the next safe hour begins; None: it is one now."""
        local = now.astimezone(_ALMATY)
        minute = local.hour * 60 + local.minute
        if any(_within(span, minute) for span in self.spans):
            return None
        ahead = min((begin - minute) % _DAY for begin, _ in self.spans)
        start = local.replace(second=0, microsecond=0) + timedelta(minutes=ahead)
        return start.astimezone(now.tzinfo)


def read_hours(text: str | None) -> SafeHours | None:
    """Return the hours that `text` names; None where it names none that can be trusted."""
    if not text or len(text) > _LONGEST:
        return None
    spans = [_span(part.strip()) for part in re.split("[,;]", text)]
    sure = [span for span in spans if span is not None]
    return SafeHours(tuple(sure)) if len(sure) == len(spans) else None


def _span(text: str) -> tuple[int, int] | None:
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    hour, minute, until_hour, until_minute = (int(part or 0) for part in found.groups())
    begin, end = hour * 60 + minute, until_hour * 60 + until_minute
    real = minute < 60 and until_minute < 60 and begin < _DAY and end <= _DAY  # noqa: PLR2004
    if not real or begin == end or not _is_plain(found, begin, end):
        return None
    return begin, end


def _is_plain(found: re.Match[str], begin: int, end: int) -> bool:
    """Return whether no clock of twelve hours can be meant where that would be the night."""
    if any(found[hour].startswith("0") for hour in (1, 3)):  # "06:00" has 24 hours
        return True
    over_midnight = 0 < end < begin < _EVENING
    at_night = begin < _MORNING and end <= _NOON
    return not (over_midnight or at_night)


def _within(span: tuple[int, int], minute: int) -> bool:
    begin, end = span
    return begin <= minute < end if begin < end else minute >= begin or minute < end
