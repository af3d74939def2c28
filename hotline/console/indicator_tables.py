"""Public figures as tables in words, and as rows for programs."""

import csv
import io
from collections.abc import Iterable, Sequence

from hotline.console.report_files import safe
from hotline.console.report_tables import NamedSheet, in_words, name_of
from hotline.console.wording import Wording
from hotline.quality.indicators import Indicators, TableTold
from hotline.quality.report_sheets import (
    ALL,
    Cell,
    Heading,
    Kind,
    Line,
    Name,
    Sheet,
    figure,
)
from hotline.quality.report_small import LEFT_OUT

HEAD = ("month", "table", "region", "region_name", "code", "name", "count")


def sheets_of(w: Wording, found: Indicators) -> list[NamedSheet]:
    """Return the tables of a month, and the shares answered in time."""
    made = [_table(found, table) for table in found.tables]
    if found.regions:
        made.append(_on_time(found))
    return [in_words(w, sheet, {}) for sheet in made]


def months_of(w: Wording, months: Sequence[Indicators]) -> NamedSheet:
    """Return how many came in month by month, the oldest first."""
    lines = [
        Line(Name("month", one.month.isoformat()), (_said(one.total), one.on_time_all))
        for one in reversed(months)
    ]
    head = (figure("cases"), figure("on_time", Kind.PERCENT))
    return in_words(w, Sheet("months", "month", head, tuple(lines), None, (0,)), {})


def _said(n: int | None) -> Cell:
    return LEFT_OUT if n is None else n


def _table(found: Indicators, table: TableTold) -> Sheet:
    head = [Heading(Name(table.by, code)) for code in table.columns]
    lines = [
        Line(Name("region", region), (*map(_said, cells), _said(n)))
        for region, cells, n in zip(found.regions, table.cells, found.sums, strict=True)
    ]
    total = Line(ALL, (*map(_said, table.sums), _said(found.total)))
    return Sheet(
        f"by_{table.by}",
        "region",
        (*head, figure("all")),
        tuple(lines),
        total,
        (len(head),),
    )


def _on_time(found: Indicators) -> Sheet:
    lines = [
        Line(Name("region", region), (share,))
        for region, share in zip(found.regions, found.on_time, strict=True)
    ]
    head = (figure("on_time", Kind.PERCENT),)
    total = Line(ALL, (found.on_time_all,))
    return Sheet("by_on_time", "region", head, tuple(lines), total, (0,))


def as_table(w: Wording, months: Iterable[Indicators]) -> bytes:
    """Return one row for each figure; an empty count is left out. UTF-8 with a mark."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";")
    table.writerow(HEAD)
    for one in months:
        for row in _rows(w, one):
            table.writerow([safe(str(cell)) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _rows(w: Wording, one: Indicators) -> Iterable[tuple[object, ...]]:
    month = f"{one.month:%Y-%m}"

    def row(by: str, region: str | None, code: str, n: int | None) -> tuple[object, ...]:
        place = "" if region is None else name_of(w, Name("region", region), {})
        named = name_of(w, Name(by, code), {}) if by != "figure" else w.of("figure", code)
        count = "" if n is None else n
        return month, by, region or "", place, code, named, count

    yield row("figure", None, "cases", one.total)
    yield row("figure", None, "on_time", one.on_time_all)
    for region, n, share in zip(one.regions, one.sums, one.on_time, strict=True):
        yield row("figure", region, "cases", n)
        yield row("figure", region, "on_time", share)
    for table in one.tables:
        for code, n in zip(table.columns, table.sums, strict=True):
            yield row(table.by, None, code, n)
        for region, cells in zip(one.regions, table.cells, strict=True):
            for code, n in zip(table.columns, cells, strict=True):
                yield row(table.by, region, code, n)
