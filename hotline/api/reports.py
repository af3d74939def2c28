"""/reports/{about}: the figures of the console's reports, with codes in place of names."""

from datetime import date

from hotline.actions.read_report import tell_report
from hotline.api import reading
from hotline.api.call import Ask, Call, get
from hotline.cases.terms import Channel
from hotline.errors import NotFound, RejectedInbound
from hotline.quality.report_sheets import Cell, Line, Sheet
from hotline.quality.reports import (
    About,
    By,
    Of,
    Period,
    Preset,
    ReportAsk,
    days_through,
    period_of,
)
from hotline.store.report_scope import local_day
from hotline.store.view_parts import View

_LANGUAGES = frozenset({"kk", "ru", "mixed", "en", "other"})


class ColumnView(View, frozen=True):
    """One column: what it is about, and what its cells are."""

    of: str
    code: str
    kind: str  # count | percent | change (percent) | span (seconds)


class LineView(View, frozen=True):
    """One row."""

    of: str
    code: str
    cells: tuple[Cell, ...]


class SheetView(View, frozen=True):
    """One table of a report."""

    code: str
    columns: tuple[ColumnView, ...]
    lines: tuple[LineView, ...]
    total: LineView | None


class ReportView(View, frozen=True):
    """A report over what you may know of. `to` is the period's last day.

    Outside 111 counts are told in fives (10 stands for 10 to 14), below 5 as "<5"; "*"
    stands for what would tell it.
    """

    about: str
    of: str
    from_day: date
    to_day: date
    sheets: tuple[SheetView, ...]


async def show(ask: Ask) -> ReportView:
    """Return a report."""
    if ask.path["about"] not in {one.value for one in About}:
        raise NotFound("no such report")
    report = await tell_report(ask.rt, ask.viewer, _asked(ask))
    return ReportView(
        about=report.ask.about.value,
        of=report.ask.of.value,
        from_day=report.ask.period.from_,
        to_day=report.ask.period.last,
        sheets=tuple(_sheet(sheet) for sheet in report.sheets),
    )


def _asked(ask: Ask) -> ReportAsk:
    said = ask.query
    of = reading.one_of(said, "of", frozenset(one.value for one in Of), "unknown_value")
    things = frozenset(one.value for one in By)
    rows = reading.one_of(said, "rows", things, "unknown_value")
    columns = reading.one_of(said, "columns", things, "unknown_value")
    channels = frozenset(one.value for one in Channel)
    return ReportAsk(
        about=About(ask.path["about"]),
        period=_period(ask),
        of=Of(of or "cases"),
        rows=By(rows or "region"),
        columns=By(columns or "topic"),
        region=reading.one_of(said, "region", ask.rt.regions, "unknown_region"),
        topic=said.get("topic"),
        channel=reading.one_of(said, "channel", channels, "unknown_value"),
        language=reading.one_of(said, "language", _LANGUAGES, "unknown_value"),
    )


def _period(ask: Ask) -> Period:
    first, last = _day(ask, "from"), _day(ask, "to")
    if first is None or last is None:
        return period_of(Preset.DAYS_30, local_day(ask.rt.clock.now()))
    return days_through(first, last)


def _day(ask: Ask, name: str) -> date | None:
    said = ask.query.get(name)
    try:
        return None if said is None else date.fromisoformat(said)
    except ValueError as error:
        raise RejectedInbound(
            "give a day as 2026-11-30", code="bad_day", field=name
        ) from error


def _sheet(sheet: Sheet) -> SheetView:
    return SheetView(
        code=sheet.code,
        columns=tuple(
            ColumnView(of=one.name.table, code=one.name.code, kind=one.kind.value)
            for one in sheet.head
        ),
        lines=tuple(_line(line) for line in sheet.lines),
        total=_line(sheet.total) if sheet.total else None,
    )


def _line(line: Line) -> LineView:
    return LineView(of=line.name.table, code=line.name.code, cells=line.cells)


CALLS: list[Call] = [
    get(
        "/reports/{about}",
        show,
        ReportView,
        "A report of the cases that came in within a period",
        query={
            "from": "first day, a date in Almaty; with `to`, else the last 30 days",
            "to": "last day",
            "of": "cases, or contacts (111)",
            "rows": "region, topic, channel, language, urgency, month, week, day",
            "columns": "the same, another one",
            "region": "two-digit KATO prefix",
            "topic": "code of a topic group",
            "channel": "channel",
            "language": "kk, ru, mixed, en, other",
        },
    ),
]
