"""/presence: what one is doing, on every page of people at 111; and the desk's telephone."""

from aiohttp import web

from hotline.actions.set_presence import set_extension, set_presence
from hotline.console import shell
from hotline.console.pages.desk import AT_111
from hotline.console.phone_words import CALL_WRONG
from hotline.console.session import form_of, guarded, is_fragment
from hotline.errors import RuleForbids
from hotline.i18n import gettext
from hotline.store import presence
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return the chip with its menu, or a page of it for a browser without scripts."""
    return await answer(request)


async def answer(
    request: web.Request, *, status: int = 200, wrong: str = ""
) -> web.Response:
    """Return what the viewer is doing, with what was wrong with a form."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        row = await presence.of_person(tx, viewer.person_id)
    return shell.page(
        request,
        "presence_part.html" if is_fragment(request) else "presence.html",
        status=status,
        doing=row,
        state=row.state if row else "off",
        wrong=wrong,
    )


async def choose(request: web.Request) -> web.StreamResponse:
    """Say what one is doing, or at which telephone one sits."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    try:
        if "extension" in sent:
            await set_extension(rt, viewer, sent["extension"])
        else:
            state, _, reason = sent.get("state", "").partition(":")
            await set_presence(rt, viewer, state, reason or None)
    except RuleForbids as error:
        said = CALL_WRONG.get(error.code, "This cannot be done now.")
        text = gettext(locale_of(request), said)
        return await answer(request, status=422, wrong=text)
    return await answer(request) if is_fragment(request) else shell.go(request, "/presence")


show_page = guarded(*AT_111)(show)
choose_page = guarded(*AT_111)(choose)
