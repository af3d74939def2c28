"""The number of a figure, and its list page by page: both over `figure_rows.narrowed`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, func, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from hotline.errors import NotFound, RejectedInbound
from hotline.store import figure_lines
from hotline.store.cursors import pack, unpack
from hotline.store.figure_lines import FigureLine
from hotline.store.figure_rows import FIGURES, Asked, Source, narrowed, rows_of
from hotline.store.list_parts import FAR
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View

MOST = 500  # rows a page
_BY_REGION = frozenset({Source.CASES, Source.OFFERS})
_FAR: ColumnElement[datetime] = literal_column(
    "'9999-12-31 00:00:00+00'::timestamptz", DateTime(timezone=True)
)


class FigurePage(View, frozen=True):
    """One page of what a figure counts; `total` is the figure itself, exact."""

    figure: str
    total: int
    items: tuple[FigureLine, ...]
    next_cursor: str | None


def known(name: str) -> str:
    """Return the name of a figure again. Errors: NotFound."""
    if name not in FIGURES:
        raise NotFound("no such figure")
    return name


async def count(tx: Transaction, name: str, asked: Asked) -> int:
    """Return the number of one figure."""
    rows, holds = narrowed(name, asked)
    row = await tx.one(select(func.count()).select_from(rows).where(holds))
    return int(row[0]) if row else 0


async def counts(
    tx: Transaction, source: Source, names: Sequence[str], asked: Asked
) -> Mapping[str, Mapping[str, int]]:
    """Return the numbers of figures of one source, by region where rows have one.

    One statement for all of them. Cases whose place nobody knows yet stand under "".
    """
    rows = rows_of(source, asked)
    numbers = [
        func.count().filter(FIGURES[name].holds(rows.c, asked)).label(name)
        for name in names
    ]
    if source not in _BY_REGION:
        row = await tx.one(select(*numbers).select_from(rows))
        return {name: {"": int(getattr(row, name))} for name in names}
    place = func.coalesce(rows.c.region, "").label("place")
    found = await tx.rows(select(place, *numbers).select_from(rows).group_by(place))
    return {
        name: {row.place: int(getattr(row, name)) for row in found if getattr(row, name)}
        for name in names
    }


async def oldest(tx: Transaction, asked: Asked) -> datetime | None:
    """Return since when the contact waits that has waited longest."""
    rows = rows_of(Source.WAITING, asked)
    row = await tx.one(select(func.min(rows.c.at)))
    return row[0] if row else None


async def ids(
    tx: Transaction, name: str, asked: Asked, *, after: Any = None, limit: int = MOST
) -> Sequence[Any]:
    """Return (urgency, due, id) of the figure's rows: the gravest first, then by deadline."""
    rows, holds = narrowed(name, asked)
    due = func.coalesce(rows.c.due, _FAR)
    key = (rows.c.urgency, due, rows.c.id)
    statement = select(rows.c.urgency, due.label("due"), rows.c.id).where(holds)
    if after is not None:
        urgency, moment, last = after
        later = (due > moment) | ((due == moment) & (rows.c.id > last))
        statement = statement.where(
            (rows.c.urgency > urgency) | ((rows.c.urgency == urgency) & later)
        )
    return await tx.rows(statement.order_by(*key).limit(limit))


async def page(
    tx: Transaction,
    name: str,
    asked: Asked,
    *,
    cursor: str | None,
    limit: int,
    total: int | None = None,
) -> FigurePage:
    """Return one page of a figure's list. Errors: NotFound outside 111; RejectedInbound.

    `total`: the figure, where an earlier page of the same snapshot has told it.
    """
    if not asked.viewer.at_111:
        raise NotFound("no such page")
    source = FIGURES[known(name)].source
    after = _after(cursor) if cursor else None
    found = await ids(tx, name, asked, after=after, limit=limit + 1)
    shown = found[:limit]
    more = len(found) > limit
    last = shown[-1] if more else None
    return FigurePage(
        figure=name,
        total=await count(tx, name, asked) if total is None else total,
        items=await figure_lines.lines(tx, source, [row.id for row in shown]),
        next_cursor=pack(last.urgency, last.due, last.id) if last is not None else None,
    )


def _after(cursor: str) -> tuple[int, datetime, int]:
    urgency, due, last = unpack(cursor, int, datetime, int)
    if urgency not in range(5) or due > FAR:
        raise RejectedInbound("this cursor is not one of ours", code="bad_cursor")
    return urgency, due, last
