"""/reports/public: two supervisors publish the figures of a month, one after the other."""

from collections.abc import Awaitable, Callable
from datetime import date

from aiohttp import web

from hotline.actions import publish_month
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.indicator_tables import sheets_of
from hotline.console.session import form_of, guarded
from hotline.console.wording import Wording
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.web.keys import RT
from hotline.web.pages import locale_of

Move = Callable[[Runtime, Viewer, int], Awaitable[object]]
MOVES: dict[str, Move] = {
    "confirm": publish_month.confirm_month,
    "drop": publish_month.drop_month,
}


async def show(request: web.Request) -> web.StreamResponse:
    """Return what is proposed and what is out."""
    return await _answer(request)


async def _answer(request: web.Request, refused: RuleForbids | None = None) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    w = Wording(rt.config, locale_of(request))
    found = await publish_month.list_months(rt, viewer)
    there = {one.figures.month for one in found}
    return shell.page(
        request,
        "reports_public.html",
        status=refused.status if refused else 200,
        wrong=w.of("public_wrong", refused.code) if refused else "",
        open=[day for day in publish_month.open_months(rt) if day not in there],
        found=[(one, sheets_of(w, one.figures)) for one in found],
    )


async def propose(request: web.Request) -> web.StreamResponse:
    """Count a month and propose its figures."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    try:
        month = date.fromisoformat(f"{form_of(request).get('month', '')}-01")
    except ValueError:
        return await _answer(request, RuleForbids("no month", code="month_not_over"))
    try:
        await publish_month.propose_month(rt, viewer, month)
    except RuleForbids as refused:
        return await _answer(request, refused)
    return _said(request, "propose")


async def move(request: web.Request) -> web.StreamResponse:
    """Publish, or take back."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    which = request.match_info["move"]
    try:
        await MOVES[which](rt, viewer, int(request.match_info["publication"]))
    except RuleForbids as refused:
        return await _answer(request, refused)
    return _said(request, which)


def _said(request: web.Request, which: str) -> web.Response:
    w = Wording(request.app[RT].config, locale_of(request))
    return shell.toast(shell.go(request, "/reports/public"), w.of("public_said", which))


_SUPERVISED = guarded(Role.SUPERVISOR)
show_page, propose_page, move_page = map(_SUPERVISED, (show, propose, move))
