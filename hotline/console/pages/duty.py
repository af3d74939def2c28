"""/duty: the roster of a body for a week, and the form that adds a shift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from aiohttp import web

from hotline.actions.set_duty import Planned, cancel_duty, set_duty, show_duty
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.fields import whole
from hotline.console.pages.case import Typed, body_names
from hotline.console.session import form_of, guarded
from hotline.errors import NotFound, RuleForbids
from hotline.i18n import by_name
from hotline.identity.viewer import Viewer
from hotline.store import duty
from hotline.store.transaction import Transaction
from hotline.web.keys import RT
from hotline.web.pages import locale_of

WEEK = timedelta(days=7)
PLANNERS = (Role.SUPERVISOR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What was wrong with a form, and what had been typed."""

    at: str = ""
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


async def show(request: web.Request) -> web.StreamResponse:
    """Return a body's week."""
    return await _page(request, request.query.get("body", ""), request.query.get("day", ""))


async def _page(
    request: web.Request, body: str, day: str, trouble: Trouble | None = None
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    trouble = trouble or Trouble()
    first = _monday(day, rt.clock.now())
    async with rt.transaction(viewer) as tx:
        choices = await _choices(tx, viewer, locale_of(request))
        known = dict(choices)
        chosen = body if body in known else next(iter(known), "")
        people = await duty.colleagues(tx, chosen)
        mine = await duty.positions(tx, viewer.person_id)
    shifts: Sequence[Any] = []
    if chosen:
        since = datetime.combine(first, time(), shell.ALMATY)
        shifts = await show_duty(rt, viewer, chosen, since, WEEK)
    return shell.page(
        request,
        "duty.html",
        status=422 if trouble.code else 200,
        bodies=choices,
        chosen=chosen,
        people=[(one.username, one.display_name) for one in people],
        days=[first + timedelta(days=n) for n in range(7)],
        by_day=_by_day(shifts, first),
        plans=viewer.role in PLANNERS or mine.get(chosen) in ("head", "deputy"),
        before=(first - WEEK).isoformat(),
        after=(first + WEEK).isoformat(),
        day=first.isoformat(),
        today=rt.clock.now().astimezone(shell.ALMATY).date(),
        trouble=trouble,
        values=Typed(trouble.values),
    )


def _monday(typed: str, now: datetime) -> date:
    """Return the Monday of the week that was asked for, else of this one."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = now.astimezone(shell.ALMATY).date()
    if not _EARLIEST <= day.year <= _LATEST:
        day = now.astimezone(shell.ALMATY).date()
    return day - timedelta(days=day.weekday())


_EARLIEST, _LATEST = 2000, 2100


def _by_day(shifts: Sequence[Any], first: date) -> list[list[Any]]:
    """Return the shifts of each day of the week, those that reach into it too."""
    found: list[list[Any]] = []
    for n in range(7):
        begins = datetime.combine(first + timedelta(days=n), time(), shell.ALMATY)
        ends = begins + timedelta(days=1)
        day = [one for one in shifts if one.from_at < ends and one.to_at > begins]
        found.append(sorted(day, key=lambda one: (one.rank, one.from_at)))
    return found


async def _choices(tx: Transaction, viewer: Viewer, lang: str) -> list[tuple[str, str]]:
    """Return the bodies whose roster the viewer may read, by name."""
    names = await body_names(tx, lang)
    every = viewer.role in PLANNERS or viewer.at_111
    known = names if every else {body: names[body] for body in viewer.bodies}
    return sorted(by_name(known.items()), key=lambda pair: pair[0] != "own-111")


async def add(request: web.Request) -> web.StreamResponse:
    """Add a shift; what is wrong is said at its field."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    body, day = sent.get("body", ""), sent.get("day", "")
    try:
        planned = Planned(
            sent.get("person", ""),
            whole(sent.get("rank", "")) or 0,
            _moment(sent.get("from", ""), "from"),
            _moment(sent.get("to", ""), "to"),
        )
        await set_duty(rt, viewer, body, [planned])
    except RuleForbids as wrong:
        field_name = str(wrong.facts.get("field", "person"))
        return await _page(request, body, day, Trouble(field_name, wrong.code, dict(sent)))
    return shell.go(request, f"/duty?body={body}&day={day}")


async def cancel(request: web.Request) -> web.StreamResponse:
    """Take a shift out."""
    shift = whole(request.match_info["shift"])
    if shift is None:
        raise NotFound("no such shift")
    body = await cancel_duty(request.app[RT], shell.viewer_of(request), shift)
    day = form_of(request).get("day", "")
    return shell.go(request, f"/duty?body={body}&day={day}")


def _moment(typed: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=shell.ALMATY)
    except ValueError as error:
        raise RuleForbids("give a date and time", code="bad_moment", field=name) from error


show_page = guarded()(show)
add_page = guarded()(add)
cancel_page = guarded()(cancel)
