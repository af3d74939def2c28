"""/works: what one asked the service to do, how far it is, and the file that came of it."""

from aiohttp import web

from hotline.actions import start_work
from hotline.console import shell
from hotline.console.session import guarded, is_fragment
from hotline.console.wording import Wording
from hotline.web.keys import RT
from hotline.web.pages import locale_of


def _id(request: web.Request) -> int:
    return int(request.match_info["work"])


async def show(request: web.Request) -> web.StreamResponse:
    """Return one's own work, newest first."""
    found = await start_work.my_works(request.app[RT], shell.viewer_of(request))
    return shell.page(request, "works.html", works=found)


async def one(request: web.Request) -> web.StreamResponse:
    """Return one piece of work, or the part of it that moves."""
    work = await start_work.work_of(request.app[RT], shell.viewer_of(request), _id(request))
    template = "work_part.html" if is_fragment(request) else "work.html"
    return shell.page(request, template, work=work)


async def cancel(request: web.Request) -> web.StreamResponse:
    """End one's own work."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    work = await start_work.cancel_work(rt, viewer, _id(request))
    if is_fragment(request):
        return shell.page(request, "work_part.html", work=work)
    return shell.go(request, f"/works/{work.id}")


async def file(request: web.Request) -> web.StreamResponse:
    """Return the file that was made, to who asked for it alone."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    work, content = await start_work.take_result(rt, viewer, _id(request))
    return web.Response(
        body=content,
        content_type=work.mime or "application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{work.name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def started(request: web.Request, work_id: int) -> web.StreamResponse:
    """Return the way to work that was just asked for."""
    said = Wording(request.app[RT].config, locale_of(request)).say(
        "It is being done. You can go on meanwhile."
    )
    return shell.toast(shell.go(request, f"/works/{work_id}"), said)


show_page = guarded()(show)
one_page = guarded()(one)
cancel_page = guarded()(cancel)
file_page = guarded()(file)
