"""Reading and writing the CSV that spreadsheets make: UTF-8 with or without a mark, ; or ,."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hotline.config.directory_faults import BadDirectory, Fault

_LARGEST = 2_000_000  # bytes: some ten thousand rows
_LONGEST = 400  # characters of a cell
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# A spreadsheet takes a cell that begins so for a formula; a telephone number is none.
_FORMULA = re.compile(r"[=@'\t\r\n＝＋－＠-]|\+(?![\d ()-]*$)")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table: where it stands, and its cells by column."""

    where: str
    cells: Mapping[str, str]


def read_table(
    raw: bytes, name: str, columns: Sequence[str], needed: Sequence[str]
) -> list[TableRow]:
    """Return the rows under a heading of `columns`, of which `needed` must be there.

    Errors: BadDirectory names file, line and column.
    """
    text = _text(raw, name)
    head = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(";,\t", key=head.count))
    heading: list[str] = []
    rows: list[TableRow] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{name}: line {reader.line_num}"
            if not heading:
                heading = [cell.strip().lower() for cell in cells]
                _check_heading(heading, where, columns, needed)
                continue
            rows.append(TableRow(where, _cells(heading, cells, where)))
    except csv.Error as error:
        where = f"{name}: line {reader.line_num}"
        raise BadDirectory([Fault(where, "file", "bad_file")]) from error
    if not rows:
        raise BadDirectory([Fault(name, "file", "no_rows")])
    return rows


def heading_of(raw: bytes, name: str) -> frozenset[str]:
    """Return the names of a file's columns, by which one kind of table is told from another."""
    head = _text(raw, name).lstrip("\r\n").partition("\n")[0].strip()
    try:
        cells = next(csv.reader([head], delimiter=max(";,\t", key=head.count)), [])
    except csv.Error as error:
        raise BadDirectory([Fault(name, "file", "bad_file")]) from error
    return frozenset(cell.strip().lower() for cell in cells)


def write_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return a table that spreadsheets here open as it is: a mark, and semicolons."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(row.get(column, "")) for column in columns])
    return out.getvalue().encode("utf-8-sig")


def _text(raw: bytes, name: str) -> str:
    if len(raw) > _LARGEST or raw.startswith(_WORKBOOK) or b"\0" in raw:
        raise BadDirectory([Fault(name, "file", "bad_file")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadDirectory([Fault(name, "file", "bad_file")]) from error


def _check_heading(
    heading: list[str], where: str, columns: Sequence[str], needed: Sequence[str]
) -> None:
    codes = [("missing_column", c) for c in needed if c not in heading]
    codes += [("unknown_column", c) for c in heading if c not in columns]
    codes += [("twice", c) for c in columns if heading.count(c) > 1]
    if codes:
        raise BadDirectory(
            [Fault(where, name[:40], code, {"value": name[:40]}) for code, name in codes]
        )


def _cells(heading: list[str], cells: list[str], where: str) -> dict[str, str]:
    if len(cells) > len(heading) and any(cell.strip() for cell in cells[len(heading) :]):
        raise BadDirectory([Fault(where, "file", "too_many_cells")])
    missing = [""] * (len(heading) - len(cells))  # spreadsheets leave off empty ends
    whole = [*cells, *missing]
    found = {name: _plain(cell) for name, cell in zip(heading, whole, strict=False)}
    for name, cell in found.items():
        if len(cell) > _LONGEST:
            raise BadDirectory([Fault(where, name, "too_long")])
    return found


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    """Return a cell as it was before `_harmless`; spaces around it say nothing."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and _FORMULA.match(text[1:]) else text
