"""A report's sheets in words: names of rows and columns, figures as people here write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hotline.console.wording import Wording
from hotline.quality.report_sheets import Cell, Kind, Line, Name, Sheet

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_NEVER = "—"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart. Units: `width` in percent of the longest."""

    width: float
    text: str
    series: int


@dataclass(frozen=True, slots=True)
class NamedLine:
    """One row in words, with the same as it was counted."""

    name: str
    code: str
    cells: tuple[str, ...]
    plain: tuple[Cell, ...]
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedSheet:
    """One table in words."""

    code: str
    title: str
    rows: str
    head: tuple[str, ...]
    kinds: tuple[Kind, ...]
    lines: tuple[NamedLine, ...]
    total: NamedLine | None
    drawn: tuple[str, ...]  # the names of what the chart shows


def in_words(w: Wording, sheet: Sheet, bodies: Mapping[str, str]) -> NamedSheet:
    """Return the sheet in the language of `w`."""
    head = tuple(name_of(w, heading.name, bodies) for heading in sheet.head)
    kinds = tuple(heading.kind for heading in sheet.head)
    longest = max(
        (_size(line.cells[at]) for line in sheet.lines for at in sheet.drawn), default=0.0
    )
    if any(kinds[at] is Kind.PERCENT for at in sheet.drawn):
        longest = 100.0

    def line(one: Line) -> NamedLine:
        texts = tuple(
            written(w, kind, cell) for kind, cell in zip(kinds, one.cells, strict=True)
        )
        bars = tuple(
            Bar(round(100 * _size(one.cells[at]) / (longest or 1), 1), texts[at], series)
            for series, at in enumerate(sheet.drawn)
            if one.cells[at] is not None
        )
        named = name_of(w, one.name, bodies)
        return NamedLine(named, one.name.code, texts, one.cells, bars)

    return NamedSheet(
        sheet.code,
        w.of("report_sheet", sheet.code),
        w.of("report_by", sheet.of_rows),
        head,
        kinds,
        tuple(line(one) for one in sheet.lines),
        line(sheet.total) if sheet.total else None,
        tuple(head[at] for at in sheet.drawn),
    )


def name_of(w: Wording, name: Name, bodies: Mapping[str, str]) -> str:
    """Return what a row or column is about."""
    table, code = name.table, name.code
    if table in ("day", "week", "month"):
        return _day(w, table, code)
    if table == "decline" and code == "other":
        return w.say("Another reason")
    found = {
        "region": lambda: w.short_place(code) if code else w.say("No place yet"),
        "topic": lambda: w.category(code) if code else w.say("No topic yet"),
        "urgency": lambda: w.urgency(int(code)),
        "body": lambda: bodies.get(code, code),
    }.get(table)
    return found() if found else w.of(table, code)


def _day(w: Wording, table: str, code: str) -> str:
    day = date.fromisoformat(code)
    if table == "month":
        return f"{day:%m.%Y}"
    return w.say("week of {day}", day=f"{day:%d.%m}") if table == "week" else f"{day:%d.%m}"


def written(w: Wording, kind: Kind, cell: Cell) -> str:
    """Return a figure as it is read."""
    if cell is None:
        return _NEVER
    if isinstance(cell, str):
        return cell
    if kind is Kind.PERCENT:
        return w.percent(cell)
    if kind is Kind.CHANGE:
        return ("+" if cell > 0 else "−" if cell < 0 else "") + w.percent(abs(cell))
    return (
        _span(w, cell)
        if kind is Kind.SPAN
        else f"{cell:,}".replace(",", "\N{NO-BREAK SPACE}")
    )


def _span(w: Wording, seconds: float) -> str:
    for size, msgid in ((_DAY, "{n} d"), (_HOUR, "{n} h"), (_MINUTE, "{n} min")):
        if seconds >= size:
            return w.say(msgid, n=w.decimal(round(seconds / size, 1)))
    return w.say("{n} s", n=round(seconds))


def _size(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
