"""What the queue beside every page of the desk shows."""

from collections.abc import Mapping

from aiohttp import web

from hotline.console import shell
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store.queue_lists import TABS, QueuePage, queue_page
from hotline.web.keys import RT

SHOWN = 30  # with the cases above and below them a page of 130 KB holds no more
TAB_COOKIE = "hotline_queue"


def tab_of(request: web.Request) -> str:
    """Return the tab that is asked for, or the one this browser stood at."""
    for wanted in (request.query.get("tab"), request.cookies.get(TAB_COOKIE)):
        if wanted in TABS:
            return wanted
    return "shared"


def danger_codes(rt: Runtime) -> Mapping[str, str]:
    """Return the topic of each danger rule."""
    return {rule.id: rule.code for rule in rt.config.danger.rules}


async def queue(rt: Runtime, viewer: Viewer, tab: str = "shared") -> QueuePage:
    """Return the contacts that wait for a person, danger first."""
    async with rt.transaction(viewer) as tx:
        return await queue_page(tx, viewer, tab, SHOWN, danger_codes(rt))


async def queue_for(request: web.Request) -> QueuePage:
    """Return the queue as this browser shows it."""
    return await queue(request.app[RT], shell.viewer_of(request), tab_of(request))
