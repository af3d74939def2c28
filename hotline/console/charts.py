"""Figures as drawings: the grid of regions and the line of hours, made on the server."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

SHADES = 5
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 720, 220, 34, 24, 12


@dataclass(frozen=True, slots=True)
class Line:
    """The line of hours: points of an SVG and what its axis says."""

    today: str
    area: str
    open_hour: str  # the hour that is not over yet
    week_ago: str
    ticks: tuple[tuple[float, int], ...]  # y, value
    hours: tuple[tuple[float, str], ...]  # x, label
    dot: tuple[float, float] | None


def shade(value: int, highest: int) -> int:
    """Return the step of the colour scale, 0 for nothing and 5 for the highest."""
    if value <= 0 or highest <= 0:
        return 0
    return min(SHADES, 1 + (value * SHADES - 1) // highest)


def scale_top(values: Sequence[int]) -> int:
    """Return a round number that no value passes and that four steps divide."""
    highest = max([4, *values])
    step = 1
    while step * 4 < highest:
        step = step * 2 if str(step)[0] in "15" else step * 5 // 2
    return step * 4


def hours_line(today: Sequence[int], week_ago: Sequence[int], hour: int) -> Line:
    """Return the drawing; hours after `hour` have not been yet, `hour` itself runs."""
    top = scale_top([*today, *week_ago])

    def at(index: int, value: int) -> tuple[float, float]:
        x = _LEFT + index * (_WIDTH - _LEFT - 8) / 23
        y = _HEIGHT - _BOTTOM - value * (_HEIGHT - _BOTTOM - _TOP) / top
        return round(x, 1), round(y, 1)

    def path(points: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{x},{y}" for x, y in points)

    done = [at(i, value) for i, value in enumerate(today[:hour])]
    now = at(hour, today[hour])
    ground = _HEIGHT - _BOTTOM
    area = [*done, (done[-1][0], ground), (done[0][0], ground)] if len(done) > 1 else []
    return Line(
        today=path(done),
        area=path(area),
        open_hour=path([done[-1], now] if done else []),
        week_ago=path([at(i, value) for i, value in enumerate(week_ago)]),
        ticks=tuple((at(0, top * k // 4)[1], top * k // 4) for k in range(5)),
        hours=tuple((at(i, 0)[0], f"{i:02d}") for i in range(0, 24, 3)),
        dot=now,
    )


@dataclass(frozen=True, slots=True)
class Steps:
    """Half hours of a day: what is needed as a line of steps, who is there as bars."""

    steps: str
    bars: tuple[tuple[float, float, float, float, bool], ...]  # x, y, width, height, short
    ticks: tuple[tuple[float, int], ...]
    hours: tuple[tuple[float, str], ...]


def steps_of(needed: Sequence[int], there: Sequence[float | None]) -> Steps:
    """Return the drawing of 48 half hours; None: it has not been yet."""
    height = 180
    ground, width = height - _BOTTOM, (_WIDTH - _LEFT - 8) / len(needed)
    top = scale_top([*needed, *(math.ceil(one) for one in there if one is not None)])

    def y_of(value: float) -> float:
        return round(ground - value * (ground - _TOP) / top, 1)

    def x_of(index: float) -> float:
        return round(_LEFT + index * width, 1)

    corners = [(x_of(i + k), y_of(value)) for i, value in enumerate(needed) for k in (0, 1)]
    bars = tuple(
        (x_of(i), y_of(here), round(width - 2, 1), round(ground - y_of(here), 1),
         here < needed[i])
        for i, here in enumerate(there)
        if here is not None
    )  # fmt: skip
    return Steps(
        steps=" ".join(f"{x},{y}" for x, y in corners),
        bars=bars,
        ticks=tuple((y_of(top * k // 4), top * k // 4) for k in range(5)),
        hours=tuple((x_of(2 * hour), f"{hour:02d}") for hour in range(0, 24, 3)),
    )
