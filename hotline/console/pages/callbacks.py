"""/callbacks: who gave up waiting and may safely be called, with what may be said."""

from aiohttp import web

from hotline.actions.answer_callback import RESULTS, end_callback, take_callback
from hotline.console import shell
from hotline.console.pages.desk import AT_111
from hotline.console.phone_words import CALL_WRONG
from hotline.console.session import form_of, guarded
from hotline.errors import RuleForbids
from hotline.i18n import gettext
from hotline.routing.safe_hours import read_hours
from hotline.store import callback_list
from hotline.store.callback_list import CallbackLine
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return the list, or its live part."""
    return await answer(request)


async def answer(
    request: web.Request, *, status: int = 200, wrong: str = ""
) -> web.Response:
    """Return the list with what was wrong with a form of it."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        lines = await callback_list.waiting(tx, viewer)
    part = "part" in request.query
    return shell.page(
        request,
        "callbacks_part.html" if part else "callbacks.html",
        status=status,
        lines=[(one, _opens(request, one)) for one in lines],
        results=RESULTS,
        wrong=wrong,
    )


def _opens(request: web.Request, line: CallbackLine) -> str:
    """Return whether the hours that the person gave are now: now, later, or for reading."""
    if not line.hours:
        return "unsaid"
    hours = read_hours(line.hours)
    if hours is None:
        return "read"
    return "now" if hours.opens_at(request.app[RT].clock.now()) is None else "later"


async def move(request: web.Request) -> web.StreamResponse:
    """Take a call-back, or say how it ended."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    callback_id = int(request.match_info["callback"])
    try:
        if request.match_info["move"] == "take":
            await take_callback(rt, viewer, callback_id)
        else:
            await end_callback(rt, viewer, callback_id, sent.get("result", ""))
    except RuleForbids as error:
        said = CALL_WRONG.get(error.code, "This cannot be done now.")
        text = gettext(locale_of(request), said)
        return await answer(request, status=error.status, wrong=text)
    return shell.go(request, "/callbacks")


show_page = guarded(*AT_111)(show)
move_page = guarded(*AT_111)(move)
