"""What of a report is told outside 111: what is left out, so that nobody works out 1 to 4.

Who reads it may know each case of it; a page, a file, an answer is passed on to people who may
not. Beside sums a "<5" would say too much (two of them and their sum of 8): there all stands
as "*". That holds within one report. What is left is told in fives, so that no difference of two
reports (a filter more, a day less) says which number a small rest is: it could be any of four
and more. A share follows from what is told and says nothing beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from hotline.quality.report_sheets import Cell, Kind, Line, Sheet, part
from hotline.quality.reports import TIMES, change
from hotline.quality.suppression import LEAST, Counts, suppress

SMALL, LEFT_OUT = f"<{LEAST}", "*"
MOST_CELLS = 2000  # some seconds; the days of a year beside all topics would take hours
ON_A_PAGE = 400  # for who waits for the answer
_GRIDS = ("pivot", "ageing")
_SUMMED = ("stages", "refusals")  # the counts of a line add up to what stands elsewhere


def for_outside(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Return sheets with small counts left out, what they follow from, and all in fives.

    The line of steps goes where the table below it has steps too: each would leave out
    others, and so tell the other's.
    """
    found = tuple(sheets)
    if any(_has_steps(sheet) for sheet in found if sheet.code == "pivot"):
        found = tuple(sheet for sheet in found if sheet.code != "trend")
    return tuple(_in_fives(_told(sheet)) for sheet in found)


def too_fine(sheets: Iterable[Sheet], most: int = MOST_CELLS) -> bool:
    """Return whether a table has more cells than can be weighed against each other in time."""
    return any(len(one.lines) * len(one.head) > most for one in sheets)


def _in_fives(sheet: Sheet) -> Sheet:
    lines = tuple(_five(sheet, line) for line in sheet.lines)
    total = _five(sheet, sheet.total) if sheet.total else None
    return replace(sheet, lines=lines, total=total)


def _five(sheet: Sheet, line: Line) -> Line:
    cells = [
        cell - cell % LEAST
        if sheet.head[at].kind is Kind.COUNT and isinstance(cell, int)
        else cell
        for at, cell in enumerate(line.cells)
    ]
    for at, share in _SHARES.get(sheet.code, {}).items():
        if isinstance(cells[at], int | float):
            counts = cells[: at if at > 0 else len(cells) + at]
            left_out = any(isinstance(one, str) for one in counts)
            cells[at] = LEFT_OUT if left_out else share([_middle(one) for one in counts])
    return Line(line.name, tuple(cells))


def _middle(cell: Cell) -> int:
    """Return the middle of what a count in fives stands for."""
    n = _whole(cell)
    return n + LEAST // 2 if n else 0


_Share = Callable[[Sequence[int]], float | None]
_SHARES: Mapping[str, Mapping[int, _Share]] = {  # column: what it is of those before it
    "stages": {4: lambda n: _whole_percent(part(n[0], n[0] + n[1] + n[2]))},
    "repeats": {2: lambda n: _whole_percent(part(n[1], n[0]))},
    "refusals": {-1: lambda n: _whole_percent(part(sum(n[3:]), n[0]))},
    "seasons": {
        4: lambda n: _whole_percent(change(n[0], n[3])),
        2: lambda n: _whole_percent(change(n[0], n[1])),
    },
}


def _whole_percent(percent: float | None) -> float | None:
    return None if percent is None else float(round(percent))


def _has_steps(sheet: Sheet) -> bool:
    named = {sheet.of_rows, *(heading.name.table for heading in sheet.head)}
    return not named.isdisjoint(by.value for by in TIMES)


def _told(sheet: Sheet) -> Sheet:
    if sheet.code in _GRIDS and sheet.total:
        return _grid(sheet)
    return _trend(sheet) if sheet.code == "trend" else _columns(sheet)


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
    lines = tuple(
        Line(
            line.name,
            (
                *(_said(told.cells[r, c] if told else None) for c in columns),
                _said(told.rows[r] if told else None),
            ),
        )
        for r, line in zip(rows, sheet.lines, strict=True)
    )
    if sheet.total is None:
        return replace(sheet, lines=lines)
    sums = (_said(told.columns[c] if told else None) for c in columns)
    total = (*sums, _sum(_whole(sheet.total.cells[-1])))
    return replace(sheet, lines=lines, total=Line(sheet.total.name, total))


def _trend(sheet: Sheet) -> Sheet:
    """Leave out of each column so that its sum may be told, which the table below tells."""
    columns = [_steps(sheet.lines, at) for at in range(len(sheet.head))]
    lines = tuple(
        Line(line.name, tuple(column[str(i)] for column in columns))
        for i, line in enumerate(sheet.lines)
    )
    if sheet.total is None:
        return replace(sheet, lines=lines)
    total = tuple(_sum(_whole(cell)) for cell in sheet.total.cells)
    return replace(sheet, lines=lines, total=Line(sheet.total.name, total))


def _steps(lines: Sequence[Line], at: int) -> Mapping[str, Cell]:
    counts = {
        str(i): _whole(line.cells[at])
        for i, line in enumerate(lines)
        if line.cells[at] is not None
    }
    cells = {(row, "n"): n for row, n in counts.items()}
    found = suppress([Counts(tuple(counts), ("n",), cells)])
    told = {row: _said(found[0].rows[row] if found else None) for row in counts}
    return {str(i): told.get(str(i)) for i in range(len(lines))}


def _said(n: int | None) -> Cell:
    return LEFT_OUT if n is None else n


def _sum(n: int) -> Cell:
    return SMALL if 0 < n < LEAST else n


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
        if 0 < n < LEAST:
            cells[at] = SMALL
        elif n == 0 or sheet.code not in _SUMMED:
            cells[at] = n
    return Line(line.name, tuple(cells))


def _whole(cell: Cell) -> int:
    return int(cell) if isinstance(cell, int | float) else 0
