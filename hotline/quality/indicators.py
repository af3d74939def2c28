"""Public figures of one month: what is counted, what of it may be told.

Cases that came in during the month, by region beside topic group, channel and language: three
tables that share nothing but regions (see `suppression`). Months do not overlap, no sums over
months are given, and what is published never changes: no difference of two publications tells
of anybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from hotline.quality.suppression import LEAST, WIDTH, Counts, suppress

TABLES = ("topic", "channel", "language")
LEAST_JUDGED = 20  # offers: a share of fewer says nothing, or too much
STEP = 5  # percent: shares are told no finer


class TableTold(msgspec.Struct, frozen=True):
    """Counts by region and one other thing. None: left out."""

    by: str
    columns: tuple[str, ...]
    sums: tuple[int | None, ...]  # of the columns
    cells: tuple[tuple[int | None, ...], ...]  # a row for each region


class Indicators(msgspec.Struct, frozen=True):
    """The figures of one month as they are published."""

    month: date
    total: int | None
    regions: tuple[str, ...]
    sums: tuple[int | None, ...]  # of the regions
    tables: tuple[TableTold, ...]
    on_time: tuple[int | None, ...]  # percent of offers answered in time, by region
    on_time_all: int | None
    least: int = LEAST
    width: int = WIDTH


def share_told(met: int, judged: int) -> int | None:
    """Return a share in whole steps, None of too few."""
    if judged < LEAST_JUDGED:
        return None
    return STEP * round(100 * met / judged / STEP)


def indicators(
    month: date,
    regions: Sequence[str],
    counted: Mapping[str, Iterable[tuple[str, str, int]]],
    judged: Mapping[str, tuple[int, int]],
) -> Indicators:
    """Return what may be told. `counted`: (region, code, n) by table; `judged`: (met, all)."""
    every = {by: list(counted[by]) for by in TABLES}
    known = {region for region, _, n in every[TABLES[0]] if n}
    regions = [region for region in regions if region or region in known]
    tables = [_counts(regions, every[by]) for by in TABLES]
    total = sum(tables[0].cells.values())
    told = suppress(tables) if total >= LEAST else None
    rows = regions if told else ()
    sums = tuple(told[0].rows[region] for region in rows) if told else ()
    shown = {region for region, n in zip(rows, sums, strict=True) if n is not None}
    met, all_ = (sum(pair[at] for pair in judged.values()) for at in (0, 1))
    return Indicators(
        month=month,
        total=total if total >= LEAST or total == 0 else None,
        regions=tuple(rows),
        sums=sums,
        tables=tuple(
            TableTold(
                by,
                table.columns,
                tuple(one.columns[column] for column in table.columns),
                tuple(
                    tuple(one.cells[region, column] for column in table.columns)
                    for region in rows
                ),
            )
            for by, table, one in zip(TABLES, tables, told, strict=True)
        )
        if told
        else (),
        on_time=tuple(
            share_told(*judged.get(region, (0, 0))) if region in shown else None
            for region in rows
        ),
        on_time_all=share_told(met, all_),
    )


def _counts(regions: Sequence[str], counted: Sequence[tuple[str, str, int]]) -> Counts:
    sums: dict[str, int] = {}
    for _, code, n in counted:
        sums[code] = sums.get(code, 0) + n
    columns = tuple(sorted(sums, key=lambda code: (code == "", -sums[code], code)))
    return Counts(
        tuple(regions), columns, {(region, code): n for region, code, n in counted}
    )
