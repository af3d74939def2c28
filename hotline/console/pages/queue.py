"""GET /desk?queue=1: the queue of 111 alone, as a tab is chosen or a page reads it anew."""

from aiohttp import web

from hotline.console import shell
from hotline.console.queue_live import QUEUES
from hotline.console.queue_part import TAB_COOKIE, queue_for, tab_of
from hotline.console.turns import turn
from hotline.web.keys import AUTOMATIC


async def queue_answer(request: web.Request) -> web.StreamResponse:
    """Return the queue alone, and let this browser stay at its tab.

    What a person asks for is read for them; what their page reads by itself is read once for
    all pages that do, where that shows them the same.
    """
    tab, chosen = tab_of(request), request.query.get("open", "")
    if AUTOMATIC in request.headers:
        viewer = shell.viewer_of(request)
        shared = await request.app[QUEUES].answer(request, viewer, tab, chosen)
        if shared is not None:
            return shared
    async with turn(request):
        found = await queue_for(request)
    answer = shell.page(request, "desk_queue.html", queue=found, chosen=chosen)
    asked = request.query.get("tab") == tab
    if asked and AUTOMATIC not in request.headers:
        answer.set_cookie(TAB_COOKIE, tab, httponly=True, samesite="Strict")
    return answer
