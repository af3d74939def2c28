"""/my: a person's own day: deadlines, visits, answers awaited, mentions, calendar and letter."""

from datetime import datetime, time, timedelta
from typing import Any

from aiohttp import web

from hotline.actions.add_reach_way import add_reach_way
from hotline.actions.calendar_feed import end_feed, make_feed
from hotline.actions.send_digests import choose_digest, has_address
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.pages.visits import clock_of
from hotline.console.session import form_of, guarded, is_fragment
from hotline.errors import RuleForbids
from hotline.i18n import gettext
from hotline.store import lists, own_day, visits
from hotline.store.list_parts import CaseFilter
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_PEOPLE = tuple(role for role in Role if role is not Role.ADMIN)
_MOST = 50
_USUAL = "08:30"
_LAST_WAY = 8  # the rank of an address that is for letters, not for waking
MISTAKES = {
    "bad_hour": "Give an hour between 05:00 and 21:00.",
    "no_mail": "Give your mail address first.",
    "bad_address": "This is no mail address.",
    "too_many": "You have eight ways already. End one first.",
}


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page, or what of it changes by itself."""
    return await answer(request)


async def answer(
    request: web.Request, *, address: str = "", wrong: str = ""
) -> web.Response:
    """Return the page. `address`: of the calendar, shown this once."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    day = datetime.combine(rt.clock.now().astimezone(shell.ALMATY), time(), shell.ALMATY)
    ends = day + timedelta(days=1)
    reachable = await has_address(rt, viewer)
    async with rt.transaction(viewer) as tx:
        found: dict[str, Any] = {
            "deadlines": (await own_day.deadlines(tx, viewer))[:_MOST],
            "tasks": await own_day.tasks(tx, viewer),
            "mentions": await own_day.mentions(tx, viewer),
            "going": [
                one
                for one in await visits.shown(tx, viewer, day, ends)
                if one.open and viewer.person_id in (one.person_id, one.companion_id)
            ],
            "waiting": await _waiting(rt, tx, viewer),
            "feed_since": await own_day.feed_since(tx, viewer.person_id),
            "minute": await own_day.digest_minute(tx, viewer.person_id),
        }
    at = found["minute"]
    return shell.page(
        request,
        "my_part.html" if is_fragment(request) else "my.html",
        status=422 if wrong else 200,
        **found,
        address=address,
        reachable=reachable,
        hour=_USUAL if at is None else f"{at // 60:02}:{at % 60:02}",
        wrong=wrong,
        clock_of=clock_of,
        may_visit=viewer.role not in (Role.OPERATOR, Role.SUPERVISOR),
    )


async def _waiting(rt: Any, tx: Any, viewer: Any) -> Any:
    """Return one's own cases whose outcome is recorded: an answer or a closing is awaited."""
    asked = CaseFilter(tab="waiting", assignee=int(viewer.person_id))
    page = await lists.cases(tx, viewer, asked, number_key=rt.number_key, limit=_MOST)
    return page.items


async def calendar(request: web.Request) -> web.StreamResponse:
    """Make a fresh address for the viewer's calendar, or end it."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    if request.match_info["move"] == "end":
        await end_feed(rt, viewer)
        response = shell.go(request, "/my")
        said = gettext(locale_of(request), "The calendar's address is ended")
        return shell.toast(response, said)
    token = await make_feed(rt, viewer)
    base = rt.settings.public_url.rstrip("/") or f"{request.scheme}://{request.host}"
    return await answer(request, address=f"{base}/calendar/{token}.ics")


async def digest(request: web.Request) -> web.StreamResponse:
    """Ask for the letter of the day at an hour, or for none."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    wanted = form.get("wanted") == "yes"
    try:
        if wanted and form.get("mail", "").strip():
            await add_reach_way(
                rt, viewer, viewer.username,
                kind="email", address=form["mail"], rank=_LAST_WAY,
            )  # fmt: skip
        await choose_digest(rt, viewer, form.get("at", "") or _USUAL if wanted else "")
    except RuleForbids as refused:
        said = MISTAKES.get(refused.code, "This cannot be done now.")
        return await answer(request, wrong=gettext(locale_of(request), said))
    said = "The letter comes each working day" if wanted else "No letter comes"
    return shell.toast(shell.go(request, "/my"), gettext(locale_of(request), said))


show_page = guarded(*_PEOPLE)(show)
calendar_page = guarded(*_PEOPLE)(calendar)
digest_page = guarded(*_PEOPLE)(digest)
