"""GET /phone-board: the telephone's figures, the calls behind each, who is in what state."""

from aiohttp import web

from hotline.actions.read_phone import phone_board
from hotline.console import shell
from hotline.console.pages.desk import AT_111
from hotline.console.phone_figures import tiles
from hotline.console.phone_words import CALL_FIGURE, PERIOD
from hotline.console.session import guarded
from hotline.console.wording import Wording
from hotline.quality.service_level import wait_of
from hotline.store import call_figures
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page, or its live tiles as the board shows them."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    wall = request.query.get("wall") == "1"
    chosen = request.query.get("list", "")
    chosen = chosen if chosen in CALL_FIGURE else ""
    async with rt.transaction(viewer) as tx:
        board = await phone_board(rt, tx, viewer, request.query.get("period", ""))
        listed = getattr(board.lists, chosen) if chosen else ()
        rows = await call_figures.lines(tx, [one.call_id for one in listed])
    waits = {one.call_id: wait_of(one, rt.clock.now()) for one in listed}
    return shell.page(
        request,
        "phone_tiles.html" if "part" in request.query else "phone_board.html",
        phone=board,
        phone_tiles=tiles(board, Wording(rt.config, locale_of(request))),
        periods=PERIOD,
        chosen=chosen,
        rows=rows,
        waits=waits,
        wall=wall,
    )


show_page = guarded(*AT_111)(show)
