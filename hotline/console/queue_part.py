"""What the queue beside every page of the desk shows."""

from aiohttp import web

from hotline.console import shell
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store.queue_lists import TABS, QueuePage, queue_page
from hotline.web.keys import RT

SHOWN = 40
TAB_COOKIE = "hotline_queue"


def tab_of(request: web.Request) -> str:
    """Return the tab that is asked for, or the one this browser stood at."""
    for wanted in (request.query.get("tab"), request.cookies.get(TAB_COOKIE)):
        if wanted in TABS:
            return wanted
    return "shared"


async def queue(rt: Runtime, viewer: Viewer, tab: str = "shared") -> QueuePage:
    """Return the contacts that wait for a person, danger first."""
    async with rt.transaction(viewer) as tx:
        codes = {rule.id: rule.code for rule in rt.config.danger.rules}
        return await queue_page(tx, viewer, tab, SHOWN, codes)


async def queue_for(request: web.Request) -> QueuePage:
    """Return the queue as this browser shows it."""
    return await queue(request.app[RT], shell.viewer_of(request), tab_of(request))


async def queue_answer(request: web.Request) -> web.Response:
    """Return the queue alone, and let this browser stay at its tab."""
    found = await queue_for(request)
    chosen = request.query.get("open", "")
    answer = shell.page(request, "desk_queue.html", queue=found, chosen=chosen)
    if request.query.get("tab") == found.tab:
        answer.set_cookie(TAB_COOKIE, found.tab, httponly=True, samesite="Strict")
    return answer
