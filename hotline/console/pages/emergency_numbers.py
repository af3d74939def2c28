"""GET, POST /emergency-numbers: the dated directory of duty desks; no content of any case."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from aiohttp import web

from hotline.actions.change_emergency_number import NumberGiven, add_number, end_number
from hotline.actions.steps.route import day_of
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.fields import whole
from hotline.console.pages.case import Typed
from hotline.console.session import form_of, guarded
from hotline.console.wording import Wording
from hotline.errors import NotFound, RuleForbids
from hotline.i18n import alphabetical, gettext
from hotline.store import emergency_numbers
from hotline.web.keys import RT
from hotline.web.pages import locale_of

MISTAKES = {  # code of a rule -> what to do, for people
    "overlap": "Another number holds there on one of these days. End it first.",
    "bad_number": "Give a number that can be dialled.",
    "bad_span": "It must end after its first day.",
    "bad_day": "Write the day as 2026-11-30.",
    "text_missing": "Write something here.",
    "unknown_service": "Choose 102, 103 or 112.",
    "unknown_region": "Choose the region",
    "unknown_district": "Choose a district of this region.",
}


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page."""
    return await _page(request)


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        rows = await emergency_numbers.listed(tx)
        today = day_of(tx)
    return shell.page(
        request,
        "emergency_numbers.html",
        status=status,
        rows=sorted(rows, key=partial(_by_place, Wording(rt.config, locale_of(request)))),
        today=today,
        errors=errors or {},
        values=Typed(values or {}),
    )


def _by_place(w: Wording, row: Any) -> tuple[Any, ...]:
    """Return a sort key: the region, its districts, the service, the newest day last."""
    region, district = w.short_place(row.region), row.district and w.place(row.district)
    return alphabetical(region), alphabetical(district or ""), row.service, row.valid_from


async def add(request: web.Request) -> web.StreamResponse:
    """Add a number, or show the form again with the error at its field."""
    form = form_of(request)

    def said(name: str) -> str:
        return form.get(name, "").strip()

    try:
        given = NumberGiven(
            service=said("service"),
            region=said("region"),
            number=said("number"),
            valid_from=_given_day(said("valid_from"), "valid_from"),
            source=said("source"),
            district=said("district") or None,
            valid_to=_day(said("valid_to"), "valid_to"),
        )
        await add_number(request.app[RT], shell.viewer_of(request), given)
    except RuleForbids as wrong:
        return await _refused(request, wrong, form)
    return shell.go(request, "/emergency-numbers")


async def end(request: web.Request) -> web.StreamResponse:
    """End a number today."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    chosen = whole(request.match_info["id"])
    if chosen is None:
        raise NotFound("no such number")
    async with rt.transaction(viewer) as tx:
        today = day_of(tx)
    try:
        await end_number(rt, viewer, chosen, today)
    except RuleForbids as wrong:
        return await _refused(request, wrong, {})
    return shell.go(request, "/emergency-numbers")


async def districts(request: web.Request) -> web.StreamResponse:
    """Return the districts of a region as options."""
    chosen = request.query.get("region", "")
    return shell.page(request, "emergency_districts.html", region=chosen)


async def _refused(
    request: web.Request, wrong: RuleForbids, form: Mapping[str, str]
) -> web.Response:
    field = str(wrong.facts.get("field", "number"))
    text = gettext(locale_of(request), MISTAKES.get(wrong.code, "This cannot be done now."))
    return await _page(request, status=422, errors={field: text}, values=form)


def _given_day(typed: str, field: str) -> date:
    day = _day(typed, field)
    if day is None:
        raise RuleForbids("write the day", code="bad_day", field=field)
    return day


def _day(typed: str, field: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise RuleForbids("write the day", code="bad_day", field=field) from error


show_page = guarded(Role.ADMIN, Role.SUPERVISOR)(show)
districts_page = guarded(Role.ADMIN, Role.SUPERVISOR)(districts)
add_page = guarded(Role.ADMIN, Role.SUPERVISOR)(add)
end_page = guarded(Role.ADMIN, Role.SUPERVISOR)(end)
