"""GET /inbox and POST /search: the cases a viewer may know of, by urgency, then by deadline."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.pages.case import Typed, body_names
from hotline.console.session import form_of, guarded
from hotline.store import lists
from hotline.store.list_parts import COUNTED, CaseFilter
from hotline.web.keys import RT
from hotline.web.pages import locale_of

PAGE = 40
_TABS = (("new", "New"), ("work", "In work"), ("waiting", "Waiting"), ("closed", "Closed"))
_OVERSIGHT = ("oversight", "Region")
_EVERYBODY = tuple(role for role in Role if role is not Role.ADMIN)


async def show(request: web.Request) -> web.StreamResponse:
    """Return one tab of the inbox."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    asked = _asked(request.query)
    tabs = list(_TABS)
    if viewer.role is Role.COMMISSIONER:
        tabs.insert(2, _OVERSIGHT)
    async with rt.transaction(viewer) as tx:
        page = await lists.cases(
            tx,
            viewer,
            asked,
            number_key=rt.number_key,
            cursor=request.query.get("cursor"),
            limit=PAGE,
        )
        counts = {}
        for tab, _ in tabs:
            empty = CaseFilter(tab=tab)
            counted = await lists.cases(
                tx, viewer, empty, number_key=rt.number_key, limit=1
            )
            counts[tab] = counted.total
        named = await body_names(tx, locale_of(request))
    kept = {k: v for k, v in request.query.items() if k in _KEPT and v}
    return shell.page(
        request,
        "inbox_rows.html" if "rows" in request.query else "inbox.html",
        page=page,
        tabs=[
            (tab, name, counts[tab], "+" if counts[tab] == COUNTED else "")
            for tab, name in tabs
        ],
        tab=asked.tab,
        asked=Typed(kept),
        named=named,
        searched="",
        again=f"/inbox?{urlencode({**kept, 'rows': 1})}",
        next_page=f"/inbox?{urlencode({**kept, 'cursor': page.next_cursor or ''})}",
    )


_KEPT = ("tab", "region", "urgency", "category", "overdue")


def _asked(query: Mapping[str, str]) -> CaseFilter:
    """Return the filter that the address asks for; what is none of ours is left out."""
    urgency = query.get("urgency", "")
    tab = query.get("tab", "new")
    return CaseFilter(
        tab=tab if tab in (*dict(_TABS), _OVERSIGHT[0]) else "new",
        region=query.get("region") or None,
        urgency=int(urgency) if urgency in ("0", "1", "2", "3", "4") else None,
        category=query.get("category") or None,
        overdue=True if query.get("overdue") else None,
    )


async def search(request: web.Request) -> web.StreamResponse:
    """Find cases by number; at 111 also by phone or name, which never stand in an address."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    word = form_of(request).get("q", "").strip()[:200]
    async with rt.transaction(viewer) as tx:
        page: Any = await lists.cases(
            tx, viewer, CaseFilter(q=word or "-"), number_key=rt.number_key, limit=PAGE
        )
        named = await body_names(tx, locale_of(request))
    if len(page.items) == 1 and page.items[0].number == word:
        return shell.go(request, f"/cases/{word}")
    return shell.page(
        request,
        "inbox.html",
        page=page,
        tabs=[],
        tab="",
        asked=Typed(),
        named=named,
        searched=word,
        again="",
        next_page="",
    )


show_page = guarded(*_EVERYBODY)(show)
search_page = guarded(*_EVERYBODY)(search)
