"""A body's working hours as one line of text: "mon-fri 09:00-13:00 14:30-18:30, sat 10:00-14:00".

For spreadsheets and forms. `moved` stands for a weekend day that the state made a working
day, `holidays` for a body that works through public holidays.
"""

import msgspec

from hotline.config.calendar import WEEKDAYS, Hours, weekly

MOVED, HOLIDAYS = "moved", "holidays"


def hours_of(text: str) -> Hours | None:
    """Return the hours that `text` says; None for an empty text: the common hours.

    Errors: ValueError with what cannot be read.
    """
    if not text.strip():
        return None
    found: dict[str, object] = {}
    for part in filter(None, (part.strip().lower() for part in text.split(","))):
        days, *spans = part.split()
        if days == HOLIDAYS and not spans:
            found["on_holidays"] = True
            continue
        for day in _days(days):
            if day in found or not spans:  # a forgotten span is no day off
                raise ValueError(day)
            found[day] = spans
    try:
        return msgspec.convert(found, Hours)
    except msgspec.ValidationError as error:
        raise ValueError(text.strip()) from error


def text_of(hours: Hours | None) -> str:
    """Return the text of which `hours_of` makes the same hours; days alike stand together."""
    if hours is None:
        return ""
    parts: list[str] = []
    days = list(zip(WEEKDAYS, weekly(hours), strict=True))
    while days:
        first, spans = days[0]
        alike = 1
        while alike < len(days) and days[alike][1] == spans:
            alike += 1
        name = first if alike == 1 else f"{first}-{days[alike - 1][0]}"
        if spans:
            parts.append(" ".join((name, *spans)))
        days = days[alike:]
    if hours.moved:
        parts.append(" ".join((MOVED, *hours.moved)))
    return ", ".join([*parts, HOLIDAYS] if hours.on_holidays else parts)


def _days(text: str) -> tuple[str, ...]:
    """Return the weekdays of "mon" or "mon-fri", or `moved`. Errors: ValueError."""
    if text == MOVED:
        return (MOVED,)
    first, _, last = text.partition("-")
    begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    if end < begin:
        raise ValueError(text)
    return WEEKDAYS[begin : end + 1]
