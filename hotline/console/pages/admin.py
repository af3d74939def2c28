"""GET /admin: how the service does. No content of any case."""

from aiohttp import web

from hotline.actions.show_service import show_service
from hotline.cases.terms import Role
from hotline.console import admin_page, shell
from hotline.console.session import guarded
from hotline.web.keys import RT


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page."""
    found = await show_service(request.app[RT], shell.viewer_of(request))
    return admin_page.page(request, "admin.html", found=found)


show_page = guarded(Role.ADMIN)(show)
