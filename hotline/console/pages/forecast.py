"""/forecast: which cases will be late, how sure that is, and what would prevent it."""

from aiohttp import web

from hotline.actions.forecast_breaches import forecast_breaches
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.pages.case import body_names
from hotline.console.session import guarded
from hotline.web.keys import RT
from hotline.web.pages import locale_of

ON_BOARD = 8  # cases beside the board's other tables
LISTED = 100


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page, or with `?part=1` the short table of the board."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    seen = await forecast_breaches(rt, viewer)
    async with rt.transaction(viewer) as tx:
        named = await body_names(tx, locale_of(request))
    part = "part" in request.query
    wall = request.query.get("wall") == "1"
    likely = [one for one in seen.cases if not seen.enough or one.p72]
    return shell.page(
        request,
        "forecast_part.html" if part else "forecast.html",
        seen=seen,
        likely=likely[: ON_BOARD if part else LISTED],
        bodies=seen.bodies[: ON_BOARD if part else LISTED],
        named=named,
        part=part,
        wall=wall,
    )


show_page = guarded(Role.SUPERVISOR, Role.OPERATOR)(show)
