"""/visits: who goes to which home today, with In, Out and Help for one thumb."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import web

from hotline.actions.plan_visit import Visit, cancel_visit, plan_visit
from hotline.actions.press_visit import Pressed, press_visit
from hotline.actions.view_case import reveal_identity
from hotline.cases.terms import Role
from hotline.cases.visit import Press
from hotline.console import shell, visit_words
from hotline.console.fields import whole
from hotline.console.pages.case import Typed
from hotline.console.session import for_script, form_of, guarded, is_fragment
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.i18n import gettext
from hotline.store import console_reads, lists, visits
from hotline.store.case_view import read_case
from hotline.store.list_parts import CaseFilter
from hotline.web.keys import RT
from hotline.web.pages import locale_of

BODIES = tuple(role for role in Role if role not in (Role.ADMIN, Role.OPERATOR))
_AHEAD = timedelta(days=7)
_MOST = 100  # own cases to choose from
_THOUSAND = 1000  # milliseconds of the page's clock


async def show(request: web.Request) -> web.StreamResponse:
    """Return today's visits and those of the week ahead, and the form that plans one."""
    return await answer(request)


async def answer(
    request: web.Request,
    *,
    wrong: RuleForbids | None = None,
    place: tuple[int, str] | None = None,
) -> web.Response:
    """Return the page. `place`: a visit and the address that was revealed for it."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    begins = datetime.combine(rt.clock.now().astimezone(shell.ALMATY), time(), shell.ALMATY)
    tomorrow = begins + timedelta(days=1)
    async with rt.transaction(viewer) as tx:
        found = await visits.shown(tx, viewer, begins, begins + _AHEAD)
        working = CaseFilter(tab="work")
        held = await lists.cases(tx, viewer, working, number_key=rt.number_key, limit=_MOST)
        colleagues = await console_reads.colleagues(tx, viewer.bodies)
    field = str(wrong.facts.get("field", "number")) if wrong else ""
    said = visit_words.mistake(wrong.code) if wrong else ""
    form = form_of(request) if wrong else {"number": request.query.get("case", "")}
    return shell.page(
        request,
        "visits_part.html" if is_fragment(request) else "visits.html",
        status=422 if wrong else 200,
        today=[one for one in found if one.starts_at < tomorrow],
        ahead=[one for one in found if one.starts_at >= tomorrow],
        cases=[line.number for line in held.items],
        colleagues=colleagues,
        errors={field: gettext(locale_of(request), said)} if wrong else {},
        values=Typed(form),
        once=secrets.token_urlsafe(9),
        clock_of=clock_of,
        place=place,
        map_link=f"geo:0,0?q={quote(place[1])}" if place else "",
        local_now=_local(rt.clock.now()),
        local_then=_local(rt.clock.now() + timedelta(hours=1)),
    )


def clock_of(when: datetime) -> str:
    """Return the time of day in Almaty."""
    return f"{when.astimezone(shell.ALMATY):%H:%M}"


def _local(when: datetime) -> str:
    return f"{when.astimezone(shell.ALMATY):%Y-%m-%dT%H:%M}"


async def plan(request: web.Request) -> web.StreamResponse:
    """Plan a visit; what is wrong is said at its field."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    try:
        visit = Visit(
            person=form.get("person") or viewer.username,
            companion=form.get("companion", ""),
            starts_at=_moment(form, "starts_at"),
            ends_at=_moment(form, "ends_at"),
        )
        await plan_visit(
            rt, viewer, form.get("number", "").strip(), visit, once=form.get("once", "")
        )
    except RuleForbids as wrong:
        return await answer(request, wrong=wrong)
    except (NotFound, NotAllowed):
        unknown = RuleForbids("no such case", code="no_case", field="number")
        return await answer(request, wrong=unknown)
    response = shell.go(request, "/visits")
    return shell.toast(response, gettext(locale_of(request), "The visit is planned"))


def _moment(form: Mapping[str, str], name: str) -> datetime:
    """Errors: RuleForbids `bad_moment` with its field."""
    try:
        typed = datetime.fromisoformat(form.get(name, ""))
        return typed.replace(tzinfo=shell.ALMATY).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RuleForbids("no moment", code="bad_moment", field=name) from error


async def press(request: web.Request) -> web.StreamResponse:
    """Heed a press; a page that was offline sends it later, with the times of its clock."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    pressed = Pressed(
        kind=Press(request.match_info["press"]),
        once=form.get("once") or secrets.token_urlsafe(9),
        told=_page_time(form.get("told", "")),
        sent=_page_time(form.get("sent", "")),
    )
    await press_visit(rt, viewer, _id(request), pressed)
    if for_script(request):
        return web.json_response({"heard": pressed.once})
    said = gettext(locale_of(request), visit_words.SAID[pressed.kind])
    return shell.toast(shell.go(request, "/visits"), said)


def _page_time(typed: str) -> datetime | None:
    """Return a moment of a page's clock, or None for what no clock says."""
    milliseconds = whole(typed)
    if milliseconds is None:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / _THOUSAND, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _id(request: web.Request) -> int:
    found = whole(request.match_info["visit"])
    if found is None:
        raise NotFound("no such visit")
    return found


async def cancel(request: web.Request) -> web.StreamResponse:
    """Call a visit off."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    said = "The visit is called off"
    try:
        await cancel_visit(rt, viewer, _id(request))
    except RuleForbids:
        said = "It has begun: press Out."
    response = shell.go(request, "/visits")
    return shell.toast(response, gettext(locale_of(request), said))


async def place(request: web.Request) -> web.StreamResponse:
    """Show the address once, with the way on a map; it stands in the history."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    visit_id, lang = _id(request), locale_of(request)
    async with rt.transaction(viewer) as tx:
        now = rt.clock.now()
        found = await visits.shown(tx, viewer, now - _AHEAD, now + _AHEAD)
    visit: Any = next((one for one in found if one.id == visit_id and one.open), None)
    if visit is None:
        raise NotFound("no such visit")
    try:
        await reveal_identity(rt, viewer, visit.number, gettext(lang, "Visit"))
    except NotAllowed:
        response = shell.go(request, "/visits")
        return shell.toast(response, gettext(lang, "Who wrote is not open to you."))
    async with rt.transaction(viewer) as tx:
        case = await read_case(tx, viewer, visit.number, rt.number_key, revealed=True)
    address = (case.identity.address if case.identity else None) or ""
    return await answer(request, place=(visit_id, address))


show_page = guarded(*BODIES)(show)
plan_page = guarded(*BODIES)(plan)
press_page = guarded(*BODIES)(press)
cancel_page = guarded(*BODIES)(cancel)
place_page = guarded(*BODIES)(place)
