"""GET /cases/{number}/colleagues: whom "@" in a note can name; a page for who has no script."""

from aiohttp import web

from hotline.actions.whom_to_mention import LONGEST, whom_to_mention
from hotline.console import shell
from hotline.console.pages.case import body_names
from hotline.console.session import guarded, is_fragment
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return who is called as was typed. Errors: NotFound; NotAllowed for who writes no notes."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number = request.match_info["number"]
    typed = request.query.get("q", "")[:LONGEST]
    found = await whom_to_mention(rt, viewer, number, typed)
    async with rt.transaction(viewer) as tx:
        named = await body_names(tx, locale_of(request))
    template = "mentions_part.html" if is_fragment(request) else "mentions.html"
    return shell.page(
        request, template, number=number, found=found, named=named, typed=typed
    )


show_page = guarded()(show)
