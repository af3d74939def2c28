"""GET /board: the shift in figures; ?wall=1 for the wall, dark, in sums and without people."""

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from hotline.actions.hear_alarm import marks
from hotline.actions.read_board import Wanted, read_board
from hotline.actions.read_phone import SPANS
from hotline.cases.terms import BodyKind, Role
from hotline.console import board_tiles, charts, region_map, shell
from hotline.console.pages.case import body_names
from hotline.console.phone_words import PERIOD
from hotline.console.wall_session import WALL, eyes_of, guarded_or_wall, is_wall
from hotline.console.wording import Wording
from hotline.runtime import Runtime
from hotline.store import alarms, console_reads, operators
from hotline.store.figure_rows import Asked
from hotline.store.figures import Board
from hotline.store.transaction import one_snapshot
from hotline.web.keys import RT
from hotline.web.pages import locale_of

PASSED_TO = (BodyKind.UZPD, BodyKind.GUARD, BodyKind.COMM, BodyKind.FSC)


async def show(request: web.Request) -> web.StreamResponse:
    """Return the board, or its live part."""
    rt, viewer = request.app[RT], eyes_of(request)
    wanted, wall = wanted_of(request), is_wall(request)
    async with rt.transaction(viewer) as tx:
        await one_snapshot(tx)  # no number of it is of another moment than its list
        board, phone = await read_board(rt, tx, viewer, wanted)
        named = await body_names(tx, locale_of(request))
        alarm = await alarms.read(tx, Asked(viewer, tx.now))
        at_work = {} if wall else await operators.at_work(tx, viewer, phone.operators)
        bodies = {one.body for one in board.at_risk if one.body}
        holders = [] if wall else await console_reads.holders(tx, bodies)
    name = "board_wall" if wall else "board"
    hour = rt.clock.now().astimezone(shell.ALMATY).hour
    return shell.page(
        request,
        f"{name}_part.html" if "part" in request.query else f"{name}.html",
        theme="dark" if wall else "",
        board=board,
        phone=phone,
        tiles=board_tiles.tiles(board, phone, Wording(rt.config, locale_of(request))),
        areas=_areas(rt, board),
        line=charts.hours_line(board.hours.today, board.hours.week_ago, hour),
        hour=hour,
        today=board.at.astimezone(shell.ALMATY).date(),
        a_week=timedelta(days=7),
        named=named,
        at_work=at_work,
        holders=holders,
        alarm=alarm,
        alarm_marks=" ".join(marks(rt, alarm).values()),
        once=secrets.token_urlsafe(12),
        region=wanted.region,
        periods=PERIOD,
        wall=wall,
        by_itself=WALL in request,
        passed_to=PASSED_TO,
        muted=request.cookies.get(MUTED) == "yes",
        listed=listed_at(wanted),
        again=_again(wanted, wall=wall),
        drawn=region_map,
    )


MUTED = "hotline_muted"


def wanted_of(request: web.Request) -> Wanted:
    """Return which part of the whole an address names; what is none of ours is left out."""
    query, known = request.query, request.app[RT].regions
    region, period = query.get("region", ""), query.get("period", "")
    return Wanted(
        region=region if region in known else "",
        period=period if period in SPANS else "shift",
    )


def listed_at(wanted: Wanted) -> Callable[..., str]:
    """Return what names the address of a figure's list, for the part that is shown."""
    part = {"region": wanted.region, "period": wanted.period}

    def at(name: str, **more: object) -> str:
        asked = {key: value for key, value in (part | more).items() if value != ""}
        if not name.startswith("calls_"):
            asked.pop("period")
        return f"/board/figures/{name}?{urlencode(asked)}".rstrip("?")

    return at


def _again(wanted: Wanted, *, wall: bool) -> str:
    asked = {"part": 1, "region": wanted.region, "period": wanted.period}
    return f"/board?{urlencode(asked | ({'wall': 1} if wall else {}))}"


def _areas(rt: Runtime, board: Board) -> Mapping[str, Any]:
    """Return (figures, step of the scale) of each region, and of what has no place yet."""
    highest = max([one.open for one in board.regions if one.region], default=0)
    by_code = {one.region: one for one in board.regions}
    areas = {
        place.code: (by_code[place.code], charts.shade(by_code[place.code].open, highest))
        for place in rt.config.places.regions
    }
    return {"of": areas, "highest": highest, "unplaced": by_code.get("")}


show_page = guarded_or_wall(Role.SUPERVISOR, Role.OPERATOR)(show)
