"""GET /board: the shift in figures; ?wall=1 for the wall, dark and without people."""

from aiohttp import web

from hotline.cases.terms import Role
from hotline.console import charts, shell
from hotline.console.pages.case import body_names
from hotline.console.phone_figures import phone_board, tiles
from hotline.console.session import guarded
from hotline.console.wording import Wording
from hotline.store import figures
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return the board, or its live part."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    codes = [region.code for region in rt.config.places.regions]
    async with rt.transaction(viewer) as tx:
        board = await figures.board(tx, viewer, codes)
        named = await body_names(tx, locale_of(request))
        phone = await phone_board(rt, tx, viewer)
    region = request.query.get("region", "")
    region = region if region in codes else ""
    wall = request.query.get("wall") == "1"
    by_code = {one.region: one for one in board.regions}
    highest = max([one.open for one in board.regions], default=0)
    hour = rt.clock.now().astimezone(shell.ALMATY).hour
    risks = [one for one in board.at_risk if not region or one.region == region]
    template = "board_part.html" if "part" in request.query else "board.html"
    return shell.page(
        request,
        template,
        theme="dark" if wall else "",
        board=board,
        phone=phone,
        phone_tiles=tiles(phone, Wording(rt.config, locale_of(request))),
        risks=risks,
        tiles=[
            (
                code,
                by_code.get(code),
                charts.shade(by_code[code].open if code in by_code else 0, highest),
            )
            for code in codes
        ],
        unplaced=by_code.get(""),
        highest=highest,
        line=charts.hours_line(board.hours.today, board.hours.week_ago, hour),
        hour=hour,
        named=named,
        region=region,
        wall=wall,
        again=f"/board?part=1&region={region}{'&wall=1' if wall else ''}",
    )


show_page = guarded(Role.SUPERVISOR, Role.OPERATOR)(show)
