"""Use case (a read): the board with the telephone, every number by its name; and its lists."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import msgspec

from hotline.actions.read_phone import PhoneBoard, at_the_line, counted_calls, phone_board
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import call_figures, figure_lists, figures
from hotline.store.cursors import pack, unpack
from hotline.store.figure_lines import FigureLine
from hotline.store.figure_lists import MOST, FigurePage
from hotline.store.figure_rows import FIGURES, Asked
from hotline.store.figures import Board
from hotline.store.transaction import Transaction

_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the whole: a region, a period of the telephone, a day or an hour of it."""

    region: str = ""
    period: str = "shift"
    day: date | None = None
    hour: int | None = None


def day_named(told: str) -> date | None:
    """Return a day as addresses name it, None for what is no day of this service."""
    try:
        day = date.fromisoformat(told)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


async def read_board(
    rt: Runtime, tx: Transaction, viewer: Viewer, wanted: Wanted
) -> tuple[Board, PhoneBoard]:
    """Return the board and the telephone behind it. Errors: NotFound outside 111."""
    codes = sorted(region.code for region in rt.config.places.regions)
    board = await figures.board(tx, viewer, codes, region=wanted.region)
    phone = await phone_board(rt, tx, viewer, wanted.period, wanted.region)
    counted = {name: len(calls) for name, calls in counted_calls(phone.lists).items()}
    counted |= {name: len(who) for name, who in at_the_line(phone.operators).items()}
    whole = {**board.figures, **counted}
    return msgspec.structs.replace(board, period=phone.period, figures=whole), phone


async def read_figure(
    rt: Runtime,
    tx: Transaction,
    viewer: Viewer,
    name: str,
    wanted: Wanted,
    *,
    cursor: str | None = None,
    limit: int,
    total: int | None = None,
) -> FigurePage:
    """Return one page of what a figure counts. Errors: NotFound, RejectedInbound.

    `total`: of an earlier page of the same snapshot; it is not counted again.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    if name in FIGURES:
        asked = _asked(tx.now, viewer, wanted)
        return await figure_lists.page(
            tx, name, asked, cursor=cursor, limit=limit, total=total
        )
    return await _of_the_phone(rt, tx, viewer, name, wanted, cursor=cursor, limit=limit)


async def read_whole_figure(
    rt: Runtime, tx: Transaction, viewer: Viewer, name: str, wanted: Wanted
) -> list[FigureLine]:
    """Return every line of a figure, for a file. Errors: NotFound.

    Of one snapshot. The telephone is read once, whatever is taken from it.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    if name not in FIGURES:
        whole = await _of_the_phone(rt, tx, viewer, name, wanted)
        return list(whole.items)
    found: list[FigureLine] = []
    cursor: str | None = None
    total: int | None = None
    while True:
        page = await read_figure(
            rt, tx, viewer, name, wanted, cursor=cursor, limit=MOST, total=total
        )
        found += page.items
        cursor, total = page.next_cursor, page.total
        if cursor is None:
            return found


async def _of_the_phone(
    rt: Runtime,
    tx: Transaction,
    viewer: Viewer,
    name: str,
    wanted: Wanted,
    *,
    cursor: str | None = None,
    limit: int | None = None,
) -> FigurePage:
    """Return what a figure of the telephone counts; with no `limit` all of it."""
    phone = await phone_board(rt, tx, viewer, wanted.period, wanted.region)
    calls = counted_calls(phone.lists).get(name)
    if calls is not None:
        return await _calls(tx, name, [one.call_id for one in calls], cursor, limit)
    people = at_the_line(phone.operators).get(name)
    if people is None:
        raise NotFound("no such figure")
    items = tuple(_person(one) for one in people)
    return FigurePage(figure=name, total=len(items), items=items, next_cursor=None)


def _asked(now: datetime, viewer: Viewer, wanted: Wanted) -> Asked:
    asked = Asked(viewer, now, wanted.region)
    day = wanted.day or now.astimezone(figures.ALMATY).date()
    begin, end = figures.day_of(day, wanted.hour)
    return replace(asked, begin=begin, end=end)


async def _calls(
    tx: Transaction, name: str, ids: Sequence[int], cursor: str | None, limit: int | None
) -> FigurePage:
    after = unpack(cursor, int)[0] if cursor else 0
    left = sorted(one for one in ids if one > after)
    shown = left[:limit]
    rows = {row.id: row for row in await call_figures.lines(tx, shown)}
    return FigurePage(
        figure=name,
        total=len(ids),
        items=tuple(_call(rows[one]) for one in shown if one in rows),
        next_cursor=pack(shown[-1]) if len(left) > len(shown) else None,
    )


_NOTHING: dict[str, Any] = dict.fromkeys(
    (
        "case",
        "receipt",
        "urgency",
        "region",
        "subcategory",
        "body",
        "clock_started_at",
        "due_at",
    )
) | {"version": 0, "clock": "", "late": False}


def _call(row: Any) -> FigureLine:
    told = {"receipt": row.receipt, "status": row.state, "assignee_name": row.display_name}
    return FigureLine(**(_NOTHING | told), started_at=row.started_at)


def _person(row: Any) -> FigureLine:
    told = {"status": row.state, "assignee_name": row.display_name}
    return FigureLine(**(_NOTHING | told), started_at=row.since)
