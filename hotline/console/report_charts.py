"""The line of a report: what came in step by step, beside the period before."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.console.charts import scale_top
from hotline.console.report_tables import NamedSheet

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 720, 240, 44, 28, 14, 12
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Drawn:
    """Points of an SVG and what its axes say."""

    now: str
    before: str
    dots: tuple[tuple[float, float], ...]  # of the period itself, where they are few
    ticks: tuple[tuple[float, int], ...]  # y, value
    steps: tuple[tuple[float, str], ...]  # x, name


def line_of(sheet: NamedSheet) -> Drawn | None:
    """Return the drawing, None for fewer than two steps: a table says that better.

    None too where a step is left out: a line through nothing would say that nothing came.
    """
    if any(isinstance(cell, str) for line in sheet.lines for cell in line.plain):
        return None
    now = [_count(line.plain[0]) for line in sheet.lines]
    before = [_count(line.plain[1]) for line in sheet.lines if line.plain[1] is not None]
    return _drawn(sheet, now, before)


def _drawn(sheet: NamedSheet, now: Sequence[int], before: Sequence[int]) -> Drawn | None:
    if len(now) < 2:  # noqa: PLR2004  a line needs two points
        return None
    top = scale_top([*now, *before])

    def at(index: int, value: int) -> tuple[float, float]:
        x = _LEFT + index * (_WIDTH - _LEFT - _RIGHT) / (len(now) - 1)
        y = _HEIGHT - _BOTTOM - value * (_HEIGHT - _BOTTOM - _TOP) / top
        return round(x, 1), round(y, 1)

    points = [at(i, n) for i, n in enumerate(now)]
    then = [at(i, n) for i, n in enumerate(before)]
    every = max(1, -(-len(now) // _MOST_LABELS))
    named = [
        (at(i, 0)[0], _step(line.code, months=_is_month(sheet)))
        for i, line in enumerate(sheet.lines)
        if i % every == 0
    ]
    return Drawn(
        _path(points),
        _path(then),
        tuple(points) if len(points) <= 2 * _MOST_LABELS else (),
        tuple((at(0, top * k // 4)[1], top * k // 4) for k in range(5)),
        tuple(named),
    )


def line_of_months(sheet: NamedSheet) -> Drawn | None:
    """Return the drawing of single months, where none of them is left out."""
    whole = all(isinstance(line.plain[0], int) for line in sheet.lines)
    return (
        _drawn(sheet, [_count(line.plain[0]) for line in sheet.lines], [])
        if whole
        else None
    )


def _is_month(sheet: NamedSheet) -> bool:
    """Return whether each step is the first of a month."""
    return all(line.code.endswith("-01") for line in sheet.lines)


def _step(code: str, *, months: bool) -> str:
    """Return a step as short as an axis needs it."""
    year, month, day = code.split("-")
    return f"{month}.{year}" if months else f"{day}.{month}"


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _count(cell: object) -> int:
    return int(cell) if isinstance(cell, int | float) else 0
