"""GET /board/channels: is any way in or out silent, and does what came in add up."""

from aiohttp import web

from hotline.cases.terms import Channel, Role
from hotline.console import shell
from hotline.console.session import guarded
from hotline.store import conservation, heartbeats, signs, thread_view
from hotline.web.keys import RT


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page, or its live part. What is worst stands first."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        known = await signs.view(tx)
        balances = await conservation.balances(tx)
        lag = await heartbeats.lag(tx)
        unsettled = await thread_view.unsettled(tx, viewer)
    template = "ways_part.html" if "part" in request.query else "ways.html"
    return shell.page(
        request,
        template,
        signs=sorted(known, key=lambda one: (_ORDER.index(one.state), one.name)),
        channels=frozenset(str(channel) for channel in Channel),
        balances=balances,
        lag=lag,
        unsettled=unsettled,
    )


_ORDER = ("expired", "failing", "silent", "expiring", "unknown", "ok")
show_page = guarded(Role.SUPERVISOR, Role.OPERATOR, Role.ADMIN)(show)
