"""GET /cases/{number}/why: why this body and this person, for 111 and the commissioner."""

from aiohttp import web

from hotline.console import shell
from hotline.console.pages.case import body_names
from hotline.console.session import guarded, is_fragment
from hotline.console.why_chosen import people_in, told
from hotline.console.wording import Wording
from hotline.store import console_reads
from hotline.store.history import decisions_of
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return the choices, newest first. Errors: NotFound; NotAllowed for a body."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number = request.match_info["number"]
    w = Wording(rt.config, locale_of(request))
    async with rt.transaction(viewer) as tx:
        found = await decisions_of(tx, viewer, number, rt.number_key)
        bodies = await body_names(tx, w.lang)
        people = await console_reads.names_by_id(tx, people_in(found))
    template = "chosen_part.html" if is_fragment(request) else "chosen.html"
    choices = told(w, found, bodies, people)
    return shell.page(request, template, number=number, choices=choices)


show_page = guarded()(show)
