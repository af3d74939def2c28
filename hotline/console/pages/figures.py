"""The list behind a number of the board, as a page and as a file; and all numbers as a file."""

import csv
import io
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from hotline.actions.export_figures import export_figures
from hotline.actions.read_board import Wanted, day_named, read_board, read_figure
from hotline.console import shell
from hotline.console.pages.board import wanted_of
from hotline.console.pages.case import body_names
from hotline.console.pages.desk import AT_111
from hotline.console.report_files import safe
from hotline.console.session import guarded
from hotline.store.figure_lines import FigureLine
from hotline.store.figure_rows import FIGURES, Source
from hotline.store.transaction import one_snapshot
from hotline.web.keys import RT
from hotline.web.pages import locale_of

PAGE = 100
_COLUMNS = (
    "case", "receipt", "urgency", "region", "subcategory", "status", "body", "clock",
    "started_at", "due_at", "late",
)  # fmt: skip
_OF_CONTACTS = (Source.WAITING, Source.CAME_IN)


async def show(request: web.Request) -> web.StreamResponse:
    """Return one page of what a figure counts."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    name, wanted = request.match_info["figure"], _wanted(request)
    async with rt.transaction(viewer) as tx:
        await one_snapshot(tx)
        found = await read_figure(
            rt, tx, viewer, name, wanted, cursor=request.query.get("cursor"), limit=PAGE
        )
        named = await body_names(tx, locale_of(request))
    part = _part(wanted)
    after = urlencode({**part, "cursor": found.next_cursor or ""})
    board = {key: told for key, told in part.items() if key in ("region", "period")}
    return shell.page(
        request,
        "figure.html",
        page=found,
        wanted=wanted,
        named=named,
        states=_states(name),
        csv=f"/board/figures/{name}.csv?{urlencode(part)}",
        next_page=f"/board/figures/{name}?{after}",
        back=f"/board?{urlencode(board)}",
    )


async def download(request: web.Request) -> web.StreamResponse:
    """Return the whole list as a file: codes and moments, nobody's words or names."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    name = request.match_info["figure"]
    lines = await export_figures(rt, viewer, name, _wanted(request))
    return _file(name, _COLUMNS, [_row(one) for one in lines])


async def numbers(request: web.Request) -> web.StreamResponse:
    """Return every number of the board as a file."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        await one_snapshot(tx)
        board, _ = await read_board(rt, tx, viewer, wanted_of(request))
    async with rt.transaction(viewer) as tx:
        tx.record("figures_exported", data={"figure": "all"})
    return _file("board", ("figure", "number"), sorted(board.figures.items()))


def _wanted(request: web.Request) -> Wanted:
    hour = request.query.get("hour", "")
    return replace(
        wanted_of(request),
        day=day_named(request.query.get("day", "")),
        hour=int(hour) if hour in {str(n) for n in range(24)} else None,
    )


def _part(wanted: Wanted) -> dict[str, object]:
    told = {"region": wanted.region, "period": wanted.period, "day": wanted.day}
    return {
        key: value for key, value in (told | {"hour": wanted.hour}).items()
        if value is not None and value != ""
    }  # fmt: skip


def _states(name: str) -> str:
    """Return the table of words that the states of a figure's rows are in."""
    if name.startswith("calls_"):
        return "call_state"
    if name.startswith("line"):
        return "presence"
    figure = FIGURES.get(name)
    return "contact_state" if figure and figure.source in _OF_CONTACTS else "status"


def _row(one: FigureLine) -> list[Any]:
    told = [getattr(one, name) for name in _COLUMNS]
    plain = (getattr(value, "isoformat", lambda v=value: v)() for value in told)
    return [
        "" if value is None else safe(value) if isinstance(value, str) else value
        for value in plain
    ]


def _file(name: str, columns: Any, rows: Any) -> web.Response:
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    return web.Response(
        body=text.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


show_page = guarded(*AT_111)(show)
download_page = guarded(*AT_111)(download)
numbers_page = guarded(*AT_111)(numbers)
