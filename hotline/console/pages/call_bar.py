"""The bar of the operator's own calls: on every page of people at 111, read by /live nudges."""

from aiohttp import web

from hotline.actions.take_call import take_call
from hotline.actions.wrap_up_call import extend_wrap_up, wrap_up_call
from hotline.console import shell
from hotline.console.frame import calls_of
from hotline.console.pages.desk import AT_111
from hotline.console.phone_words import CALL_WRONG
from hotline.console.session import form_of, guarded, is_fragment
from hotline.errors import NotFound, RuleForbids
from hotline.i18n import gettext
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return the bar: nothing while the viewer has no call."""
    return await bar(request)


async def bar(
    request: web.Request, *, status: int = 200, wrong: str = "", wrong_call: int = 0
) -> web.Response:
    """Return the bar with what was wrong with a form of it."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        mine = await calls_of(rt, tx, viewer)
    return shell.page(
        request,
        "call_bar.html" if is_fragment(request) else "call_bar_page.html",
        status=status,
        calls=mine.calls,
        wrong=wrong,
        wrong_call=wrong_call,
        led=mine.led,
        colleagues=mine.colleagues,
    )


async def take(request: web.Request) -> web.StreamResponse:
    """Open the form of a call that the viewer has taken; a program is told whether it is new."""
    call_id = int(request.match_info["call"])
    asks = request.headers.get("Accept", "").startswith("application/json")
    try:
        draft, fresh = await take_call(request.app[RT], shell.viewer_of(request), call_id)
    except NotFound:
        if asks:  # logged in another tab meanwhile: nothing to open
            return web.json_response({"id": None, "fresh": False})
        raise
    if asks:
        return web.json_response({"id": str(draft.id), "fresh": fresh})
    return shell.go(request, f"/desk?draft={draft.id}&call=1")


async def wrap_up(request: web.Request) -> web.StreamResponse:
    """End the call at the desk; with a code, or because its case is there."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    call_id = int(request.match_info["call"])
    code = sent.get("wrap_up", "")
    try:
        if request.match_info["move"] == "more":
            await extend_wrap_up(rt, viewer, call_id)
        else:
            note = sent.get("note", "")[:2000]
            await wrap_up_call(rt, viewer, call_id, code or None, note)
    except RuleForbids as wrong:
        said = CALL_WRONG.get(wrong.code, "This cannot be done now.")
        text = gettext(locale_of(request), said)
        return await bar(request, status=422, wrong=text, wrong_call=call_id)
    if is_fragment(request):
        return await bar(request)
    return shell.go(request, "/desk")


show_page = guarded(*AT_111)(show)
take_page = guarded(*AT_111)(take)
wrap_up_page = guarded(*AT_111)(wrap_up)
