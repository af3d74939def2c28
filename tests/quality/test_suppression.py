"""Small counts in public: somebody who knows every figure and the rule learns of nobody."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.quality.suppression import LEAST, WIDTH, Counts, suppress

ROWS = ("11", "71", "75")


def a_table(rows, columns, values):
    names = tuple(f"c{i}" for i in range(columns))
    cells = dict(zip(product(rows, names), values, strict=True))
    return Counts(tuple(rows), names, cells)


@st.composite
def people(draw, most_rows=6, most_columns=5, most=60, tables=3):
    """Tables of one set of people, as the service counts them: micro rows, then margins."""
    rows = [f"r{i}" for i in range(draw(st.integers(2, most_rows)))]
    sizes = [draw(st.integers(1, most_columns)) for _ in range(tables)]
    one = st.tuples(st.sampled_from(rows), *(st.integers(0, n - 1) for n in sizes))
    micro = draw(st.lists(one, max_size=most))
    made = []
    for at, n in enumerate(sizes, 1):
        values = [
            sum(m[0] == row and m[at] == column for m in micro)
            for row, column in product(rows, range(n))
        ]
        made.append(a_table(rows, n, values))
    return made


def hidden(told):
    """Return every left out figure of the tables as (table, kind, key)."""
    for at, one in enumerate(told):
        for kind in ("rows", "columns", "cells"):
            for key, n in getattr(one, kind).items():
                if n is None and not (kind == "rows" and at):
                    yield at, kind, key


def truth(tables, at, kind, key):
    table = tables[at]
    if kind == "cells":
        return table.cells[key]
    place = 0 if kind == "rows" else 1
    return sum(n for cell, n in table.cells.items() if cell[place] == key)


@given(people())
def test_nothing_small_is_told_and_what_is_told_is_true(tables):
    told = suppress(tables)
    for at, one in enumerate(told or ()):
        for kind in ("rows", "columns", "cells"):
            for key, n in getattr(one, kind).items():
                assert n is None or n == truth(tables, at, kind, key)
                assert n is None or n == 0 or n >= LEAST
        assert one.total == sum(tables[at].cells.values())


@given(people())
def test_no_left_out_figure_follows_from_the_others_by_algebra(tables):
    """Whatever sums and differences somebody takes of all tables together."""
    told = suppress(tables)
    if told is None:
        return
    equations, unknowns = system(told)
    if not unknowns:
        return
    _, sizes, right = np.linalg.svd(equations)
    free = right[int((sizes > 1e-9).sum()) :]
    for at in range(len(unknowns)):
        assert np.abs(free[:, at]).max(initial=0) > 1e-9, unknowns[at]


def system(told):
    """Return the equations between left out figures, and their names."""
    unknowns = list(hidden(told))
    place = {name: i for i, name in enumerate(unknowns)}
    lines = []

    def equation(parts, whole):
        line = np.zeros(len(unknowns))
        for name, sign in [*((one, 1) for one in parts), (whole, -1)]:
            if name in place:
                line[place[name]] += sign
        lines.append(line)

    for at, one in enumerate(told):
        for row in one.rows:
            equation([(at, "cells", (row, c)) for c in one.columns], (0, "rows", row))
        for column in one.columns:
            equation(
                [(at, "cells", (row, column)) for row in one.rows], (at, "columns", column)
            )
        equation([(0, "rows", row) for row in one.rows], None)
        equation([(at, "columns", column) for column in one.columns], None)
    return np.array(lines), unknowns


@settings(max_examples=60)
@given(people(most_rows=3, most_columns=2, most=16, tables=2))
def test_every_left_out_figure_could_be_many_numbers_all_tables_taken_together(tables):
    """Every set of tables that gives the same published figures is tried, one by one."""
    told = suppress(tables)
    if told is None:
        return
    seen = {name: set() for name in hidden(told)}
    if not seen:
        return
    for values in worlds(told):
        for name, could in seen.items():
            could.add(values[name])
    for name, could in seen.items():
        assert truth(tables, *name) in could
        assert max(could) - min(could) >= WIDTH, (name, sorted(could))


def worlds(told):
    """Yield the left out figures of each set of tables that somebody must think possible."""
    rows, total = list(told[0].rows), told[0].total
    for sums in fitting([told[0].rows[row] for row in rows], total):
        of_rows = {(0, "rows", row): n for row, n in zip(rows, sums, strict=True)}
        possible = [list(tables_of(at, one, sums)) for at, one in enumerate(told)]
        # Tables that share their rows' sums fit together, whatever else they say.
        for at, ways in enumerate(possible):
            others = [other[0] for n, other in enumerate(possible) if n != at and other]
            if len(others) < len(possible) - 1:
                break
            for way in ways:
                known = dict(of_rows)
                for part in (way, *others):
                    known |= part
                yield known


def fitting(known, total):
    """Yield the whole numbers that stand for what is not known and add up to `total`."""
    left = total - sum(n for n in known if n is not None)
    at = [i for i, n in enumerate(known) if n is None]

    def parts(n, rest):
        if n == 0:
            if rest == 0:
                yield ()
            return
        for first in range(rest + 1):
            for others in parts(n - 1, rest - first):
                yield (first, *others)

    for found in parts(len(at), left):
        filled = list(known)
        for place, n in zip(at, found, strict=True):
            filled[place] = n
        yield filled


def tables_of(at, one, sums):
    """Yield the left out cells and sums of columns of one table with these sums of rows."""
    columns = list(one.columns)
    by_row = [
        list(fitting([one.cells[row, c] for c in columns], n))
        for row, n in zip(one.rows, sums, strict=True)
    ]
    for rows in product(*by_row):
        found = {}
        for place, column in enumerate(columns):
            n = sum(row[place] for row in rows)
            if one.columns[column] is not None and one.columns[column] != n:
                break
            found[at, "columns", column] = n
        else:
            for row, cells in zip(one.rows, rows, strict=True):
                for column, n in zip(columns, cells, strict=True):
                    found[at, "cells", (row, column)] = n
            yield found


SHAPES = [
    ("one small cell takes three more with it", [[3, 20], [30, 40]], 4),
    ("nothing small, nothing left out", [[5, 20], [30, 40]], 0),
    ("none at all is told", [[0, 20], [30, 40]], 0),
]


@pytest.mark.parametrize(("_", "values", "left_out"), SHAPES)
def test_how_much_is_left_out(_, values, left_out):
    table = a_table(ROWS[:2], 2, [n for row in values for n in row])
    (told,) = suppress([table])
    assert sum(n is None for n in told.cells.values()) == left_out


def test_a_month_in_which_hardly_anybody_wrote_is_not_told_by_region():
    assert suppress([a_table(ROWS[:2], 2, [1, 0, 0, 1])]) is None


def test_a_country_of_twenty_regions_is_told_for_the_most_part():
    rng = np.random.default_rng(111)
    rows = [f"{i:02}" for i in range(20)]
    tables = []
    weights = rng.pareto(1.2, 20) + 1
    sums = rng.multinomial(12_000, weights / weights.sum())
    for columns in (12, 10, 5):
        share = rng.pareto(1.0, columns) + 1
        cells = [rng.multinomial(n, share / share.sum()) for n in sums]
        tables.append(a_table(rows, columns, [int(n) for row in cells for n in row]))
    told = suppress(tables)
    for one in told:
        assert sum(n is None for n in one.cells.values()) < len(one.cells) / 2
        assert None not in one.rows.values()


def test_that_something_is_there_at_all_does_not_tell_how_much():
    """Six topics that stand in a table, of six people: each would be one."""
    assert suppress([a_table(("71",), 6, (1,) * 6)]) is None
    assert suppress([a_table(("71", "75"), 3, (1, 1, 1, 1, 1, 1))]) is None


@given(people(most=25))
def test_each_left_out_count_could_also_be_more_or_less_though_none_is_nothing(tables):
    """Columns stand there since somebody came: what is left out may be known to be one or more."""
    for at, one in enumerate(suppress(tables) or ()):
        for column, n in one.columns.items():
            if n is None and truth(tables, at, "columns", column):
                rest = [c for c, m in one.columns.items() if m is None and c != column]
                spare = sum(max(0, truth(tables, at, "columns", c) - 1) for c in rest)
                mine = max(0, truth(tables, at, "columns", column) - 1)
                assert spare + mine >= WIDTH
