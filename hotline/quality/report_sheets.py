"""A report as a sheet: headings and typed cells without words; page, file and API name them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotline.quality.reports import TIMES, By, Grid, change

Cell = int | float | str | None


class Kind(StrEnum):
    """What a cell is."""

    COUNT = "count"
    PERCENT = "percent"  # of a hundred
    CHANGE = "change"  # percent more or less
    SPAN = "span"  # seconds
    WORD = "word"  # stands in place of a count that is not told


@dataclass(frozen=True, slots=True)
class Name:
    """What a row or column is about: a table of names, and the code in it."""

    table: str
    code: str


@dataclass(frozen=True, slots=True)
class Heading:
    """One column."""

    name: Name
    kind: Kind = Kind.COUNT


@dataclass(frozen=True, slots=True)
class Line:
    """One row."""

    name: Name
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a report. `drawn`: the columns that a chart shows."""

    code: str
    of_rows: str
    head: tuple[Heading, ...]
    lines: tuple[Line, ...]
    total: Line | None = None
    drawn: tuple[int, ...] = ()


ALL = Name("figure", "all")


def figure(code: str, kind: Kind = Kind.COUNT) -> Heading:
    """Return the heading of a figure by its code."""
    return Heading(Name("figure", code), kind)


def part(hits: int, n: int) -> float | None:
    """Return how many percent `hits` are of `n`, None of nothing."""
    return round(100 * hits / n, 1) if n else None


def grid_of(
    counted: Iterable[tuple[tuple[str, ...], int]],
    rows: By,
    columns: By,
    times: Sequence[str],
) -> Grid:
    """Return counts as a grid: time as it goes, everything else the most first.

    `times`: every step of the period, also the empty ones.
    """
    cells = {(row, column): n for (row, column), n in counted}
    return Grid(
        _ordered(rows, ((row, n) for (row, _), n in cells.items()), times),
        _ordered(columns, ((column, n) for (_, column), n in cells.items()), times),
        cells,
    )


def _ordered(
    by: By, counted: Iterable[tuple[str, int]], times: Sequence[str]
) -> tuple[str, ...]:
    sums: dict[str, int] = {}
    for code, n in counted:
        sums[code] = sums.get(code, 0) + n
    if by in TIMES:
        return tuple(times)
    if by is By.URGENCY:
        return tuple(sorted(sums))
    return tuple(sorted(sums, key=lambda code: (code == "", -sums[code], code)))


def pivot(grid: Grid, rows: By, columns: By) -> Sheet:
    """Return counts by two things, with their sums."""
    head = [Heading(Name(columns.value, code)) for code in grid.columns]
    lines = [
        Line(
            Name(rows.value, row),
            (*(grid.at(row, column) for column in grid.columns), grid.row_sum(row)),
        )
        for row in grid.rows
    ]
    sums = tuple(grid.column_sum(column) for column in grid.columns)
    total = Line(ALL, (*sums, grid.total))
    last = len(head)
    head.append(figure("all"))
    return Sheet("pivot", rows.value, tuple(head), tuple(lines), total, (last,))


def trend(by: By, days: Sequence[str], now: Sequence[int], then: Sequence[int]) -> Sheet:
    """Return what came in step by step, beside the period before."""
    lines = [
        Line(Name(by.value, day), (now[i], then[i] if i < len(then) else None))
        for i, day in enumerate(days)
    ]
    total = Line(ALL, (sum(now), sum(then)))
    head = (figure("now"), figure("before"))
    return Sheet("trend", by.value, head, tuple(lines), total, (0, 1))


@dataclass(frozen=True, slots=True)
class StageCounts:
    """How one clock went. Units: seconds until it was met."""

    name: str
    met: int
    late: int
    open_late: int
    running: int
    half_s: float | None
    most_s: float | None


def stages(found: Iterable[StageCounts], order: Sequence[str]) -> Sheet:
    """Return how each clock went, in the order of the work."""
    place = {name: i for i, name in enumerate(order)}
    head = (
        figure("met"), figure("late"), figure("open_late"), figure("running"),
        figure("on_time", Kind.PERCENT), figure("half", Kind.SPAN), figure("most", Kind.SPAN),
    )  # fmt: skip
    lines = [
        Line(
            Name("clock", one.name),
            (
                one.met,
                one.late,
                one.open_late,
                one.running,
                part(one.met, one.met + one.late + one.open_late),
                one.half_s,
                one.most_s,
            ),
        )
        for one in sorted(found, key=lambda one: place.get(one.name, len(place)))
    ]
    return Sheet("stages", "clock", head, tuple(lines), None, (4,))


def ageing(found: Iterable[tuple[str, str, int]], groups: int) -> Sheet:
    """Return open cases by age and urgency."""
    cells = {(age, urgency): n for age, urgency, n in found}
    levels = sorted({urgency for _, urgency in cells})
    ages = tuple(str(group) for group in range(groups))
    grid = Grid(ages, tuple(levels), cells)
    sheet = pivot(grid, By.REGION, By.URGENCY)
    named = tuple(Line(Name("age", line.name.code), line.cells) for line in sheet.lines)
    return Sheet("ageing", "age", sheet.head, named, sheet.total, sheet.drawn)


def repeats(found: Iterable[tuple[str, int, int]]) -> Sheet:
    """Return how many came back within the limit, by region."""
    rows = sorted(found, key=lambda row: (row[0] == "", -row[1], row[0]))
    head = (figure("cases"), figure("repeats"), figure("repeat_share", Kind.PERCENT))
    lines = [
        Line(Name("region", region), (n, back, part(back, n))) for region, n, back in rows
    ]
    all_, back = sum(n for _, n, _ in rows), sum(b for _, _, b in rows)
    total = Line(ALL, (all_, back, part(back, all_)))
    return Sheet("repeats", "region", head, tuple(lines), total, (2,))


def refusals(
    found: Sequence[tuple[str, int, int, int, Mapping[str, int]]], codes: Sequence[str]
) -> Sheet:
    """Return what bodies said: (body, offered, accepted, waiting, refused by code)."""
    known = [code for code in codes if any(code in row[4] for row in found)]
    head = (
        figure("offered"), figure("accepted"), figure("waiting"),
        *(Heading(Name("decline", code)) for code in known),
        figure("refused_share", Kind.PERCENT),
    )  # fmt: skip

    def line(
        name: Name, rows: Sequence[tuple[str, int, int, int, Mapping[str, int]]]
    ) -> Line:
        offered = sum(row[1] for row in rows)
        by_code = [sum(row[4].get(code, 0) for row in rows) for code in known]
        sums = (sum(row[2] for row in rows), sum(row[3] for row in rows))
        return Line(name, (offered, *sums, *by_code, part(sum(by_code), offered)))

    lines = tuple(line(Name("body", row[0]), [row]) for row in found)
    return Sheet("refusals", "body", head, lines, line(ALL, found), (len(head) - 1,))


def seasons(
    by: By, now: Mapping[str, int], then: Mapping[str, int], year: Mapping[str, int]
) -> Sheet:
    """Return the period beside the one before and the same a year earlier."""
    codes = sorted({*now, *then, *year}, key=lambda c: (c == "", -now.get(c, 0), c))
    head = (
        figure("now"), figure("before"), figure("change", Kind.CHANGE),
        figure("year_ago"), figure("change_year", Kind.CHANGE),
    )  # fmt: skip

    def line(name: Name, n: int, before: int, ago: int) -> Line:
        return Line(name, (n, before, change(n, before), ago, change(n, ago)))

    lines = tuple(
        line(Name(by.value, c), now.get(c, 0), then.get(c, 0), year.get(c, 0))
        for c in codes
    )
    total = line(ALL, sum(now.values()), sum(then.values()), sum(year.values()))
    return Sheet("seasons", by.value, head, lines, total, (0, 1, 3))
