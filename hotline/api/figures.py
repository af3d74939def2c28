"""/figures: the board's numbers and the list behind each, for people at 111."""

from datetime import date

from hotline.actions.read_board import Wanted, day_named, read_board, read_figure
from hotline.actions.read_phone import SPANS
from hotline.api import reading
from hotline.api.call import Ask, Call, get
from hotline.errors import RejectedInbound
from hotline.store.figure_lists import FigurePage
from hotline.store.figures import Board
from hotline.store.transaction import one_snapshot

_PART = {
    "region": "two-digit KATO prefix",
    "period": "of the telephone: shift, day, week",
}


async def shown(ask: Ask) -> Board:
    """Return the board."""
    async with ask.rt.transaction(ask.viewer) as tx:
        await one_snapshot(tx)
        board, _ = await read_board(ask.rt, tx, ask.viewer, _wanted(ask))
        return board


async def listed(ask: Ask) -> FigurePage:
    """Return one page of what a figure counts."""
    most = ask.rt.config.service.limits.api_page
    limit = reading.number(ask.query, "limit", 1, most) or most
    async with ask.rt.transaction(ask.viewer) as tx:
        await one_snapshot(tx)
        return await read_figure(
            ask.rt,
            tx,
            ask.viewer,
            ask.path["figure"],
            _wanted(ask),
            cursor=ask.query.get("cursor"),
            limit=limit,
        )


def _wanted(ask: Ask) -> Wanted:
    region = reading.one_of(ask.query, "region", ask.rt.regions, "unknown_region")
    period = reading.one_of(ask.query, "period", frozenset(SPANS), "unknown_period")
    hour = reading.number(ask.query, "hour", 0, 23)
    return Wanted(region or "", period or "shift", _day(ask), hour)


def _day(ask: Ask) -> date | None:
    told = ask.query.get("day")
    day = day_named(told) if told is not None else None
    if told is not None and day is None:
        raise RejectedInbound("give a day as 2026-11-30", code="bad_day", field="day")
    return day


CALLS: list[Call] = [
    get("/figures", shown, Board, "The board's numbers (111)", query=_PART),
    get(
        "/figures/{figure}",
        listed,
        FigurePage,
        "What a number of the board counts (111)",
        query={
            **_PART,
            "day": "of `came_in`: a date in Almaty",
            "hour": "of `came_in`: 0 to 23",
            "cursor": "`next_cursor` of the page before",
            "limit": "items a page",
        },
    ),
]
