"""A report as a file: CSV for any program, XLSX with typed cells. No cell is ever a formula."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from hotline.console.report_tables import NamedLine, NamedSheet
from hotline.quality.report_sheets import Cell, Kind

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_DAY_S = 86400
_LONGEST_NAME, _WIDEST = 31, 40
_NOT_IN_A_NAME = str.maketrans("[]:*?/\\'", "        ")


@dataclass(frozen=True, slots=True)
class Titled:
    """A whole report: what it is, of which period and filter, and its tables."""

    title: str
    about: tuple[str, ...]
    sheets: tuple[NamedSheet, ...]


def safe(text: str) -> str:
    """Return a text that no spreadsheet reads as a formula."""
    return f"'{text}" if text.lstrip(" \N{NO-BREAK SPACE}").startswith(_FORMULA) else text


def as_csv(report: Titled) -> bytes:
    """Return UTF-8 with a mark at its beginning, so that Excel reads Kazakh letters."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";")
    for line in (report.title, *report.about):
        table.writerow([safe(line)])
    for sheet in report.sheets:
        table.writerow([])
        table.writerow([safe(sheet.title)])
        table.writerow([safe(text) for text in (sheet.rows, *sheet.head)])
        for one in _lines(sheet):
            cells = zip(sheet.kinds, one.plain, strict=True)
            table.writerow([safe(one.name), *(_plain(kind, cell) for kind, cell in cells)])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _plain(kind: Kind, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe(cell)
    if kind is Kind.SPAN:
        return str(round(cell))
    return str(cell).replace(".", ",")  # a number, and negative ones too: our own


def _lines(sheet: NamedSheet) -> Sequence[NamedLine]:
    return [*sheet.lines, *([sheet.total] if sheet.total else [])]


def as_xlsx(report: Titled) -> bytes:
    """Return a workbook: a page for each table, its heading frozen, cells typed."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": report.title})
        forms = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}
            ),
            "total": book.add_format({"bold": True, "top": 1, "num_format": "#,##0.##"}),
            Kind.COUNT: book.add_format({"num_format": "#,##0"}),
            Kind.PERCENT: book.add_format({"num_format": '0.0" %"'}),
            Kind.CHANGE: book.add_format({"num_format": '+0.0" %";-0.0" %";0.0" %"'}),
            Kind.SPAN: book.add_format({"num_format": "[h]:mm:ss"}),
            Kind.WORD: book.add_format(),
        }
        taken: set[str] = set()
        for sheet in report.sheets:
            _page(book, forms, report, sheet, _name(sheet.title, taken))
    return out.getvalue()


def _page(
    book: xlsxwriter.Workbook, forms: dict[str, object], report: Titled, sheet: NamedSheet,
    name: str,
) -> None:  # fmt: skip
    page = book.add_worksheet(name)
    page.write_string(0, 0, report.title, forms["title"])
    for row, line in enumerate(report.about, 1):
        page.write_string(row, 0, line)
    top = len(report.about) + 2
    for column, text in enumerate((sheet.rows, *sheet.head)):
        page.write_string(top, column, text, forms["head"])
    for row, one in enumerate(_lines(sheet), top + 1):
        page.write_string(row, 0, one.name)
        for column, (kind, cell) in enumerate(zip(sheet.kinds, one.plain, strict=True), 1):
            if isinstance(cell, str):
                page.write_string(row, column, cell)
            elif cell is not None:
                days = kind is Kind.SPAN
                page.write_number(row, column, cell / _DAY_S if days else cell, forms[kind])
    page.freeze_panes(top + 1, 1)
    widest = max((len(one.name) for one in _lines(sheet)), default=10)
    page.set_column(0, 0, min(_WIDEST, widest + 2))
    page.set_column(1, len(sheet.head), 14)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)


def _name(title: str, taken: set[str]) -> str:
    """Return a name for a page: short, of allowed characters, and used once."""
    base = " ".join(title.translate(_NOT_IN_A_NAME).split())[:_LONGEST_NAME] or "1"
    name, n = base, 1
    while name.casefold() in taken:
        n += 1
        name = f"{base[: _LONGEST_NAME - 3]} {n}"
    taken.add(name.casefold())
    return name
