"""The buttons of the call bar, for an exchange that we lead; each is pressed by a person."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from hotline.actions.control_call import (
    ask_to_press_one,
    hand_to_service,
    hang_up_call,
    hold_call,
    resume_call,
    transfer_call,
)
from hotline.actions.keep_recording import (
    refuse_recording,
    start_recording,
    stop_recording,
)
from hotline.console import shell
from hotline.console.pages import call_bar
from hotline.console.pages.desk import AT_111
from hotline.console.phone_words import CALL_WRONG
from hotline.console.session import form_of, guarded, is_fragment
from hotline.errors import RuleForbids, Unavailable
from hotline.i18n import gettext
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.web.keys import RT
from hotline.web.pages import locale_of

PRESSED: dict[str, Callable[[Runtime, Viewer, int], Awaitable[None]]] = {
    "hold": hold_call,
    "resume": resume_call,
    "hang-up": hang_up_call,
    "press-one": ask_to_press_one,
    "record": start_recording,
    "record-stop": stop_recording,
    "record-refused": refuse_recording,
}


async def press(request: web.Request) -> web.StreamResponse:
    """Do what one button says, and return the bar as it is then."""
    call_id = int(request.match_info["call"])
    try:
        await _do(request, call_id)
    except (RuleForbids, Unavailable) as error:
        said = CALL_WRONG.get(error.code, "This cannot be done now.")
        text = gettext(locale_of(request), said)
        return await call_bar.bar(request, status=422, wrong=text, wrong_call=call_id)
    if is_fragment(request):
        return await call_bar.bar(request)
    return shell.go(request, "/desk")


async def _do(request: web.Request, call_id: int) -> None:
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    move = request.match_info["move"]
    if move == "transfer":
        await transfer_call(rt, viewer, call_id, sent.get("to", ""))
    elif move == "service":
        service, number = sent.get("service", ""), sent.get("number", "")
        await hand_to_service(rt, viewer, call_id, service, number)
    else:
        await PRESSED[move](rt, viewer, call_id)


press_page = guarded(*AT_111)(press)
