"""Our own map of the 20 regions: drawn by hand on a grid, so that no foreign geometry is used.

Each letter is a square of about 90 km. Neighbours and sizes are right enough to find a
region by its place; borders are rounded where two regions meet, and are no cadastre.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

CELL = 20  # units of the drawing
_DRAWN = """
................NNNN.............
..............QQNNNNN.PPP........
............QQQQNNNNNNPPPP.......
...........QQQQQMMMMNNPPPPP......
...WW......QQQQQMMMMMPPPPPPAA....
.WWWWW.TTT.QQQQQMMMaMGPPPPPAAEE..
WWWWWWTTTTTTQQQQMMMMGGGPPAAAAEEE.
WWWWWWTTTTTTQQQQUUGGGGGGAAAAEEEEE
WWWYYYTTTTTTTQQUUUUGGGGGAAAAEEEEE
.YYYYYTTTTTTTUUUUUUGGGGGAAAAAEEE.
.YY.YYTTTTTTKUUUUUUGGGGGGAAAA....
....SSSTTTTKKKKUUURZGGGGJJJJJ....
...SSSSS.KKKKKKKURRZZZZLLJJJJ....
...SSSSS...KKKKKKRRZZZZLLLJJJ....
....SSSSS...KKKKKRRZZZZLLLLJ.....
....SSSS.....KKKRRRZZZLLlLLL.....
.....SSS........RRsZZ.LLL........
................RRR..............
................RR...............
""".strip("\n").split("\n")
_CODES = {
    "A": "10", "M": "11", "T": "15", "L": "19", "Y": "23", "W": "27", "Z": "31",
    "J": "33", "G": "35", "Q": "39", "K": "43", "S": "47", "P": "55", "N": "59",
    "R": "61", "U": "62", "E": "63", "a": "71", "l": "75", "s": "79",
}  # fmt: skip
CITIES = ("71", "75", "79")  # too small to be hit on the map: they have buttons beside it
WIDTH, HEIGHT = CELL * len(_DRAWN[0]), CELL * len(_DRAWN)
Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shape:
    """One region: its outline as an SVG path, and where its words stand."""

    code: str
    path: str
    x: float
    y: float


def at(x: int, y: int) -> str:
    """Return the code of the region in a square, "" for what is abroad or sea."""
    inside = 0 <= y < len(_DRAWN) and 0 <= x < len(_DRAWN[0])
    return _CODES.get(_DRAWN[y][x], "") if inside else ""


@cache
def shapes() -> Mapping[str, Shape]:
    """Return every region by its code."""
    squares: dict[str, list[Point]] = {}
    for y, row in enumerate(_DRAWN):
        for x, letter in enumerate(row):
            if letter in _CODES:
                squares.setdefault(_CODES[letter], []).append((x, y))
    return {code: _shape(code, own) for code, own in squares.items()}


def _shape(code: str, own: list[Point]) -> Shape:
    xs, ys = [x for x, _ in own], [y for _, y in own]
    path = "".join(_smooth(loop) for loop in _loops(code, own))
    middle = (min(xs) + max(xs) + 1) / 2, (min(ys) + max(ys) + 1) / 2
    return Shape(code, path, CELL * middle[0], CELL * middle[1])


def _loops(code: str, own: list[Point]) -> Iterator[list[Point]]:
    """Return the outline: corners in order, the region on the right hand; holes likewise."""
    follows: dict[Point, list[Point]] = {}
    for x, y in own:
        for there, begin, end in (
            ((x, y - 1), (x, y), (x + 1, y)),
            ((x + 1, y), (x + 1, y), (x + 1, y + 1)),
            ((x, y + 1), (x + 1, y + 1), (x, y + 1)),
            ((x - 1, y), (x, y + 1), (x, y)),
        ):
            if at(*there) != code:
                follows.setdefault(begin, []).append(end)
    while follows:
        first = point = min(follows)
        loop = []
        while True:
            loop.append(point)
            onward = follows[point].pop()
            if not follows[point]:
                del follows[point]
            point = onward
            if point == first:
                break
        yield loop


def _smooth(loop: list[Point]) -> str:
    """Return a closed path; corners are cut where two meet, the same way on both sides."""
    told = []
    for index, (x, y) in enumerate(loop):
        before, after = loop[index - 1], loop[(index + 1) % len(loop)]
        around = {at(x + i, y + j) for i in (-1, 0) for j in (-1, 0)}
        straight = before[0] == after[0] or before[1] == after[1]
        if straight or len(around) > 2:  # noqa: PLR2004  where three meet a corner stays
            told.append(_units((x, y)))
        else:
            told += [_between(before, (x, y)), _between((x, y), after)]
    return "M" + "L".join(told) + "Z"


def _units(point: Point) -> str:
    return f"{CELL * point[0]},{CELL * point[1]}"


def _between(one: Point, other: Point) -> str:
    return f"{CELL * (one[0] + other[0]) // 2},{CELL * (one[1] + other[1]) // 2}"
