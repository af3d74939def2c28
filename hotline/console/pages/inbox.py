"""GET /inbox and POST /search: the cases a viewer may know of, by urgency, then by deadline."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from hotline.actions.work_on_many import MOST
from hotline.cases.terms import Role
from hotline.console import inbox_filter, shell
from hotline.console.ages import age_of
from hotline.console.fields import whole
from hotline.console.inbox_filter import Asked
from hotline.console.pages.case import Typed, body_names
from hotline.console.session import form_of, guarded, is_fragment
from hotline.console.wording import Wording
from hotline.errors import NotFound
from hotline.store import console_reads, lists, saved_views
from hotline.store.list_parts import COUNTED, CaseFilter
from hotline.store.transaction import Transaction
from hotline.web.keys import RT
from hotline.web.pages import locale_of

PAGE = 40
EVERYBODY = tuple(role for role in Role if role is not Role.ADMIN)


async def show(request: web.Request) -> web.StreamResponse:
    """Return one tab of the inbox; without a wish, the view that the person begins with."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        if not request.query and not is_fragment(request):
            first = await saved_views.default(tx, viewer)
            if first is not None:
                return shell.go(request, f"/inbox?view={first}")
        view, query = await _asked_by(tx, request)
        asked = await inbox_filter.read(tx, viewer, query)
        page = await lists.cases(
            tx, viewer, asked.filter,
            number_key=rt.number_key, cursor=request.query.get("cursor"), limit=PAGE,
        )  # fmt: skip
        found = await around(tx, request, asked)
        listed = await _listed(tx, request, asked, page.total)
    return answer(request, asked, {**found, "listed": listed}, page=page, view=view)


async def _listed(tx: Transaction, request: web.Request, asked: Asked, total: int) -> str:
    """Return the numbers of all cases of a list of several pages, as far as one press goes."""
    if not PAGE < total <= MOST or is_fragment(request):
        return ""
    viewer, key = shell.viewer_of(request), request.app[RT].number_key
    page = await lists.cases(tx, viewer, asked.filter, number_key=key, limit=MOST)
    return " ".join(line.number for line in page.items)


async def _asked_by(
    tx: Transaction, request: web.Request
) -> tuple[int | None, Mapping[str, str]]:
    """Return the view that the address names, and its filter; else the address's own.

    Errors: NotFound for a view that is not the viewer's to use.
    """
    wanted = request.query.get("view", "")
    if not wanted:
        return None, request.query
    view_id = whole(wanted)
    viewer = shell.viewer_of(request)
    view = None if view_id is None else await saved_views.one(tx, viewer, view_id)
    if view is None:
        raise NotFound("no such view")
    return view_id, {str(k): str(v) for k, v in view.asked.items()}


async def around(tx: Transaction, request: web.Request, asked: Asked) -> dict[str, Any]:
    """Return what stands around a list: counts, names, who may be given a case, views."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    w = Wording(rt.config, locale_of(request))
    named = await body_names(tx, w.lang)
    views = await saved_views.of_viewer(tx, viewer)
    tabs = inbox_filter.tabs_of(viewer)
    counts = [await lists.total(tx, viewer, CaseFilter(tab=tab)) for tab, _ in tabs]
    return {
        "named": named,
        "tabs": [
            (tab, name, n, "+" if n == COUNTED else "")
            for (tab, name), n in zip(tabs, counts, strict=True)
        ],
        "colleagues": await console_reads.colleagues(tx, viewer.bodies),
        "districts": inbox_filter.places(w, viewer, asked),
        "bodies": inbox_filter.bodies_for(viewer, named, asked.kept.get("region")),
        "views": [(row, name) for row, name in views],
        "first": await saved_views.default(tx, viewer),
    }


def answer(
    request: web.Request,
    asked: Asked,
    found: Mapping[str, Any],
    *,
    page: Any,
    view: int | None = None,
    searched: str = "",
    status: int = 200,
    wrong: str = "",
) -> web.Response:
    """Return the inbox, or for a refresh its rows and counts."""
    kept = {"view": str(view)} if view is not None else asked.kept
    again = urlencode({**kept, "rows": "1"})
    beyond = urlencode({**kept, "cursor": page.next_cursor or ""})
    rows = "rows" in request.query and is_fragment(request)
    return shell.page(
        request,
        "inbox_refresh.html" if rows else "inbox.html",
        status=status,
        page=page,
        asked=Typed(asked.kept),
        kept=asked.kept,
        narrowed=asked.narrowed,
        tab=asked.filter.tab,
        view=view,
        searched=searched,
        wrong=wrong,
        shown_all=page.total < COUNTED,
        age_of=age_of,
        once=secrets.token_urlsafe(9),
        again="" if searched else f"/inbox?{again}",
        next_page="" if searched else f"/inbox?{beyond}",
        **found,
    )


async def search(request: web.Request) -> web.StreamResponse:
    """Find cases by number; at 111 also by phone or name, which never stand in an address."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    word = form.get("q", "").strip()[:200]
    async with rt.transaction(viewer) as tx:
        asked = await inbox_filter.read(tx, viewer, {})
        page = await lists.cases(
            tx, viewer, CaseFilter(q=word or "-"),
            number_key=rt.number_key, cursor=form.get("cursor") or None, limit=PAGE,
        )  # fmt: skip
        found = await around(tx, request, asked)
    if len(page.items) == 1 and page.items[0].number == word:
        return shell.go(request, f"/cases/{word}")
    return answer(request, asked, {**found, "tabs": []}, page=page, searched=word)


show_page = guarded(*EVERYBODY)(show)
search_page = guarded(*EVERYBODY)(search)
