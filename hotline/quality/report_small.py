"""What of a report leaves 111 in a file: counts of 1 to 4 stand as "<5", what tells them does not.

Who is given the file may know each case of it; the file is passed on to people who may not.
"""

from dataclasses import replace

from hotline.quality.report_sheets import Cell, Kind, Line, Sheet
from hotline.quality.suppression import LEAST, Counts, suppress

SMALL, LEFT_OUT = f"<{LEAST}", "*"
_GRIDS = ("pivot", "ageing")


def for_outside(sheet: Sheet) -> Sheet:
    """Return the sheet with small counts left out, and what they could be worked out from."""
    return _grid(sheet) if sheet.code in _GRIDS and sheet.total else _columns(sheet)


def _grid(sheet: Sheet) -> Sheet:
    """Leave out of a table with its sums as public figures do."""
    rows = tuple(str(i) for i in range(len(sheet.lines)))
    columns = tuple(str(i) for i in range(len(sheet.head) - 1))
    cells = {
        (row, column): _whole(sheet.lines[int(row)].cells[int(column)])
        for row in rows
        for column in columns
    }
    found = suppress([Counts(rows, columns, cells)])
    told = found[0] if found else None

    def said(n: int, shown: int | None) -> Cell:
        return shown if shown is not None else SMALL if 0 < n < LEAST else LEFT_OUT

    lines = tuple(
        Line(
            line.name,
            (
                *(said(cells[r, c], told.cells[r, c] if told else None) for c in columns),
                said(_whole(line.cells[-1]), told.rows[r] if told else None),
            ),
        )
        for r, line in zip(rows, sheet.lines, strict=True)
    )
    sums = sheet.total.cells if sheet.total else ()
    total = (
        *(said(_whole(sums[int(c)]), told.columns[c] if told else None) for c in columns),
        said(_whole(sums[-1]), _whole(sums[-1]) if _whole(sums[-1]) >= LEAST else None),
    )
    name = sheet.total.name if sheet.total else sheet.lines[0].name
    return replace(sheet, lines=lines, total=Line(name, total))


def _columns(sheet: Sheet) -> Sheet:
    """Leave out of single columns; what is derived goes with the line that it comes from."""
    lines = [_line(sheet, line) for line in sheet.lines]
    if sheet.total is None:
        return replace(sheet, lines=tuple(lines))
    total = list(_line(sheet, sheet.total).cells)
    for at, heading in enumerate(sheet.head):
        left_out = any(line.cells[at] in (SMALL, LEFT_OUT) for line in lines)
        if left_out or heading.kind is not Kind.COUNT:
            total[at] = LEFT_OUT
    return replace(sheet, lines=tuple(lines), total=Line(sheet.total.name, tuple(total)))


def _line(sheet: Sheet, line: Line) -> Line:
    counts = [
        (at, _whole(cell))
        for at, cell in enumerate(line.cells)
        if sheet.head[at].kind is Kind.COUNT and cell is not None
    ]
    if not any(0 < n < LEAST for _, n in counts):
        return line
    cells: list[Cell] = [None if cell is None else LEFT_OUT for cell in line.cells]
    for at, n in counts:
        cells[at] = SMALL if 0 < n < LEAST else n
    return Line(line.name, tuple(cells))


def _whole(cell: Cell) -> int:
    return int(cell) if isinstance(cell, int | float) else 0
