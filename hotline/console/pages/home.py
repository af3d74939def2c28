"""GET /: to the first page of whoever is signed in."""

from aiohttp import web

from hotline.console.session import guarded, landing
from hotline.console.shell import viewer_of


async def show(request: web.Request) -> web.StreamResponse:
    """Lead on."""
    return web.Response(status=302, headers={"Location": landing(viewer_of(request).role)})


show_page = guarded()(show)
