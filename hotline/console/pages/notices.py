"""/notices: what the viewer, their body or the shift was told."""

from aiohttp import web

from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.session import guarded
from hotline.console.shared_reads import BELLS
from hotline.console.turns import turn
from hotline.store import console_reads
from hotline.web.keys import RT

_EVERYBODY = tuple(role for role in Role if role is not Role.ADMIN)


async def show(request: web.Request) -> web.StreamResponse:
    """Return the newest notices."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        found = await console_reads.notices_for(tx, viewer)
    return shell.page(request, "notices.html", found=found)


async def count(request: web.Request) -> web.StreamResponse:
    """Return the number on the bell; reading it marks nothing as seen."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    if viewer.at_111:
        n = await request.app[BELLS].ask(viewer)
    else:
        async with turn(request), rt.transaction(viewer) as tx:
            n = await console_reads.unseen_notices(tx, viewer)
    return shell.page(request, "notices_count.html", n=n)


async def seen(request: web.Request) -> web.StreamResponse:
    """Mark the viewer's notices as seen."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        await console_reads.notices_seen(tx, viewer)
    return shell.go(request, "/notices")


show_page = guarded(*_EVERYBODY)(show)
count_page = guarded(*_EVERYBODY, waits=False)(count)
seen_page = guarded(*_EVERYBODY)(seen)
