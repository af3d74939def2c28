"""GET /cases/{number}/clocks/{id}: how a deadline was counted, in sentences."""

from aiohttp import web

from hotline.actions.show_working import show_working
from hotline.console import shell
from hotline.console.session import guarded, is_fragment
from hotline.errors import NotFound
from hotline.sla.story import story_text
from hotline.sla.wording import language_of
from hotline.store.case_view import read_case
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return the working of one clock. Errors: NotFound for a clock of another case."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        case = await read_case(tx, viewer, request.match_info["number"], rt.number_key)
    wanted = request.match_info["clock"]
    found = next((clock for clock in case.clocks if str(clock.id) == wanted), None)
    if found is None:
        raise NotFound("no such clock")
    language = language_of(locale_of(request))
    steps = await show_working(rt, viewer, found.id, language, found.basis)
    lines = story_text(steps, language).splitlines()
    template = "working_part.html" if is_fragment(request) else "working.html"
    return shell.page(request, template, case=case, lines=lines, told_in=language)


show_page = guarded()(show)
