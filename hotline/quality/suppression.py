"""Small counts that are published must tell of nobody: which cells of a table are left out.

Published are a total, sums of rows and columns, and cells, of several tables that share their
rows (regions) and nothing else. A count of 1 to LEAST-1 is left out, and with it so many others
that nobody can work it out from what is left: whatever was left out could be any of at least
WIDTH+1 whole numbers, for somebody who knows every published figure, and that what has a column
is not nothing: a topic stands in a table since somebody came with it.

A table with its sums is a flow: from one node to the rows, on to the columns, and into another
node; the total is always told. What was left out is unknown flow, and its bounds are those of the
most that can go round through other unknown arcs, so they are exact. Tables that share only rows
do not narrow each other's bounds: any sums of rows that the first allows go with the second, for
the rows whose sum is left out are left out there as a whole.

Source: L. H. Cox, "Network models for complementary cell suppression", Journal of the American
Statistical Association 90, 1995; the shared rows: a decomposable model, S. Lauritzen, 1996.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

LEAST = 5  # the smallest count that may be told, but for none at all
WIDTH = 5  # by how much the bounds of what is left out lie apart at least
_EVERY = 1 << 40
_SUM_COST = 1_000_000  # a sum is told sooner than a cell
Arc = tuple[str, str]
_FROM, _INTO = "all>", ">all"  # the total between them is told: it never changes


@dataclass(frozen=True, slots=True)
class Counts:
    """One table as it is."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Told:
    """One table as it may be told. None stands for what is left out."""

    rows: Mapping[str, int | None]
    columns: Mapping[str, int | None]
    cells: Mapping[tuple[str, str], int | None]
    total: int


@dataclass(slots=True)
class _Net:
    """A table as a flow; `hidden` are the arcs that are left out."""

    flow: dict[Arc, int]
    hidden: set[Arc] = field(default_factory=set)

    def spare(self, arc: Arc) -> int:
        """Return how much less an arc could be; the sum of a column that stands is no zero."""
        n = self.flow[arc]
        return max(0, n - 1) if _INTO in arc else n

    def residual(self, without: Arc) -> dict[str, dict[str, int]]:
        """Return by how much each unknown arc can change, each way."""
        found: dict[str, dict[str, int]] = {}
        for arc in self.hidden:
            if arc != without:
                u, v = arc
                found.setdefault(u, {})[v] = found.get(u, {}).get(v, 0) + _EVERY
                found.setdefault(v, {})[u] = found.get(v, {}).get(u, 0) + self.spare(arc)
        return found

    def play(self, arc: Arc, enough: int = WIDTH) -> int:
        """Return how far apart the bounds of a hidden arc are, `enough` when that or more."""
        u, v = arc
        up = _most(self.residual(arc), v, u, enough)
        if up >= enough:
            return enough
        room = min(self.spare(arc), enough - up)
        return up + _most(self.residual(arc), u, v, room)

    def way(self, arc: Arc, need: int, fixed: frozenset[Arc]) -> list[Arc] | None:
        """Return the cheapest arcs to leave out so that `arc` gets more to play, `need` if it can.

        What the arcs that are left out already allow is used up first.
        """
        u, v = arc
        up, down = self.residual(arc), self.residual(arc)
        _most(up, v, u, _EVERY)
        spare = self.spare(arc)
        used = _most(down, u, v, spare)
        for wanted in range(need, 0, -1):
            found = [self._cheapest(self._steps(up, arc, wanted, fixed), v, u)]
            if wanted <= spare - used:
                found.append(self._cheapest(self._steps(down, arc, wanted, fixed), u, v))
            known = [path for path in found if path is not None]
            if known:
                return min(known, key=self._cost)
        return None

    def _cost(self, path: Sequence[Arc]) -> int:
        return sum(self._price(arc) for arc in path)

    def _price(self, arc: Arc) -> int:
        if arc in self.hidden:
            return 0
        return 1 + self.flow[arc] + (_SUM_COST if _FROM in arc or _INTO in arc else 0)

    def _cheapest(
        self, steps: Mapping[str, list[tuple[str, Arc]]], start: str, end: str
    ) -> list[Arc] | None:
        """Return the cheapest way from `start` to `end` (Dijkstra's)."""
        best: dict[str, int] = {start: 0}
        came: dict[str, tuple[str, Arc]] = {}
        queue: list[tuple[int, str]] = [(0, start)]
        while queue:
            cost, at = heappop(queue)
            if at == end:
                break
            for to, arc in steps.get(at, ()) if cost == best[at] else ():
                price = cost + self._price(arc)
                if to not in best or price < best[to]:
                    best[to], came[to] = price, (at, arc)
                    heappush(queue, (price, to))
        if end not in came:
            return None
        path, at = [], end
        while at != start:
            at, arc = came[at]
            path.append(arc)
        return path

    def _steps(
        self, left: Mapping[str, Mapping[str, int]], without: Arc, need: int,
        fixed: frozenset[Arc],
    ) -> dict[str, list[tuple[str, Arc]]]:  # fmt: skip
        """Return where `need` can go: by what is left out, and by what would be."""
        found: dict[str, list[tuple[str, Arc]]] = {}
        for arc in self.flow:
            u, v = arc
            if arc == without or (arc in fixed and arc not in self.hidden):
                continue
            out = arc in self.hidden
            if (left.get(u, {}).get(v, 0) if out else _EVERY) >= need:
                found.setdefault(u, []).append((v, arc))
            if (left.get(v, {}).get(u, 0) if out else self.spare(arc)) >= need:
                found.setdefault(v, []).append((u, arc))
        return found


def _most(left: dict[str, dict[str, int]], start: str, end: str, enough: int) -> int:
    """Return the most that goes from `start` to `end`, `enough` when that or more."""
    sent = 0
    while sent < enough:
        came = {start: start}
        queue = [start]
        for at in queue:
            for to, room in left.get(at, {}).items():
                if room > 0 and to not in came:
                    came[to] = at
                    queue.append(to)
        if end not in came:
            return sent
        path, at = [], end
        while at != start:
            path.append((came[at], at))
            at = came[at]
        step = min([enough - sent, *(left[u][v] for u, v in path)])
        for u, v in path:
            left[u][v] -= step
            left.setdefault(v, {})[u] = left.get(v, {}).get(u, 0) + step
        sent += step
    return sent


def suppress(tables: Sequence[Counts]) -> list[Told] | None:
    """Return the tables as they may be told, None where not even their rows may be.

    They share their rows, and each row has the same sum in all. Errors: ValueError.
    """
    sums = _row_sums(tables)
    apart = _rows_apart(sums)
    while apart is not None:
        nets = [_net(table, sums, apart) for table in tables]
        if all(_protected(net) for net in nets):
            return [_told(table, net) for table, net in zip(tables, nets, strict=True)]
        apart = _one_more(sums, apart)
    return None


def _row_sums(tables: Sequence[Counts]) -> dict[str, int]:
    every = [
        {
            row: sum(table.cells.get((row, c), 0) for c in table.columns)
            for row in table.rows
        }
        for table in tables
    ]
    if any(sums != every[0] for sums in every):
        raise ValueError("the tables are not of the same rows")
    return every[0]


def _rows_apart(sums: Mapping[str, int]) -> frozenset[str] | None:
    """Return the rows whose sum is left out: two or more, which hide each other."""
    apart: frozenset[str] | None = frozenset(
        row for row, n in sums.items() if 0 < n < LEAST
    )
    while apart and (len(apart) == 1 or sum(sums[row] for row in apart) < WIDTH):
        apart = _one_more(sums, apart)
    return apart


def _one_more(sums: Mapping[str, int], apart: frozenset[str]) -> frozenset[str] | None:
    left = sorted((n, row) for row, n in sums.items() if n and row not in apart)
    return apart | {left[0][1]} if left else None


def _net(table: Counts, sums: Mapping[str, int], apart: frozenset[str]) -> _Net:
    flow: dict[Arc, int] = {}
    hidden: set[Arc] = set()
    for row in table.rows:
        flow[_FROM, f"r{row}"] = sums[row]
        if row in apart:
            hidden.add((_FROM, f"r{row}"))
        for column in table.columns:
            arc, n = (f"r{row}", f"c{column}"), table.cells.get((row, column), 0)
            flow[arc] = n
            if row in apart or 0 < n < LEAST:
                hidden.add(arc)
    for column in table.columns:
        n = sum(table.cells.get((row, column), 0) for row in table.rows)
        flow[f"c{column}", _INTO] = n
        if 0 < n < LEAST:
            hidden.add((f"c{column}", _INTO))
    return _Net(flow, hidden)


def _protected(net: _Net) -> bool:
    """Leave out more until all that is left out is protected; return whether that is so.

    What could be worked out though it is left out tells of nobody, and is told.
    """
    fixed = frozenset(
        arc for arc in net.flow if arc[0] == _FROM
    )  # rows: for all tables at once
    settled = False
    while not settled:
        settled = True
        for arc in sorted(net.hidden):
            play = net.play(arc)
            if play >= WIDTH or (play == 0 and not 0 < net.flow[arc] < LEAST):
                continue
            path = net.way(arc, WIDTH - play, fixed)
            if path is None:
                return False
            net.hidden.update(path)
            settled = False
    known = {arc for arc in net.hidden if net.play(arc, 1) == 0}
    net.hidden -= known
    return True


def _told(table: Counts, net: _Net) -> Told:
    def said(arc: Arc) -> int | None:
        return None if arc in net.hidden else net.flow[arc]

    return Told(
        {row: said((_FROM, f"r{row}")) for row in table.rows},
        {column: said((f"c{column}", _INTO)) for column in table.columns},
        {
            (row, column): said((f"r{row}", f"c{column}"))
            for row in table.rows
            for column in table.columns
        },
        sum(table.cells.values()),
    )
