"""Who is woken: the line above every page, its button, and the page behind the link of a message.

The link shows no number and nothing of a case: only a button that says "I am awake".
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiohttp import web

from hotline.actions.answer_page import (
    answer_by_code,
    answer_page,
    my_pages,
    page_of_code,
)
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.fields import whole
from hotline.console.session import guarded
from hotline.console.shared_reads import WAKING
from hotline.console.turns import turn
from hotline.errors import NotAllowed, NotFound, Stale
from hotline.web.form_token import from_elsewhere
from hotline.web.keys import LOCALE, RT

_EVERYBODY = tuple(role for role in Role if role is not Role.ADMIN)


async def lines(request: web.Request) -> web.StreamResponse:
    """Return the viewer's open pages, and for 111 the chains that nobody answered."""
    found: Sequence[Any] = ()
    if await request.app[WAKING].ask(None):
        async with turn(request):
            found = await my_pages(request.app[RT], shell.viewer_of(request))
    return shell.page(request, "woken.html", pages=found)


async def answer(request: web.Request) -> web.StreamResponse:
    """Answer a page; who comes second is told nothing worse than that it is done."""
    page_id = whole(request.match_info["page"])
    if page_id is None:
        raise NotFound("no such page")
    with suppress(Stale):  # somebody was quicker: the line goes away all the same
        await answer_page(request.app[RT], shell.viewer_of(request), page_id)
    return await lines(request)


async def show_link(request: web.Request) -> web.StreamResponse:
    """Return the page with one button; a program that fetches links answers nothing."""
    found = await page_of_code(request.app[RT], request.match_info["code"])
    if found is None:
        raise NotFound("no such page")
    state, request[LOCALE] = found
    return shell.page(request, "page_answer.html", state=state)


async def answer_link(request: web.Request) -> web.StreamResponse:
    """Answer by the code of the link."""
    if from_elsewhere(request.headers, request.host):
        raise NotAllowed("the form came from another site", code="other_site")
    found = await page_of_code(request.app[RT], request.match_info["code"])
    if found is not None:
        request[LOCALE] = found[1]
    try:
        held = await answer_by_code(request.app[RT], request.match_info["code"])
    except Stale as stale:
        return shell.page(request, "page_answer.html", status=409, state=stale.code)
    if not held:
        raise NotFound("no such page")
    return shell.page(request, "page_answer.html", state="answered")


lines_page = guarded(*_EVERYBODY, waits=False)(lines)
answer_form = guarded(*_EVERYBODY)(answer)
