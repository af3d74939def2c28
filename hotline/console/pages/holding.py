"""POST /contacts/{receipt}/take, give-back, put-off, resume; /looking: who has what in hand."""

from datetime import datetime, timedelta

from aiohttp import web

from hotline.actions.hold_contact import (
    give_contact_back,
    put_off,
    resume_contact,
    take_contact,
    undo_taking,
)
from hotline.actions.look_at import look_at, who_looks
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.pages.desk import AT_111
from hotline.console.session import form_of, guarded, is_fragment
from hotline.console.wording import Wording
from hotline.errors import RuleForbids, Stale
from hotline.i18n import gettext
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_MORNING = 9  # o'clock in Almaty
SPANS = {"15m": timedelta(minutes=15), "1h": timedelta(hours=1), "3h": timedelta(hours=3)}


async def move(request: web.Request) -> web.StreamResponse:
    """Take, give back, put off or resume; a list stays where it is."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    receipt, way = request.match_info["receipt"], request.match_info["move"]
    lang = locale_of(request)
    try:
        if way == "take":
            await take_contact(rt, viewer, receipt, anyway=sent.get("anyway") == "yes")
            said, undo = "It is in your hands.", f"/contacts/{receipt}/undo-take"
        elif way == "undo-take":
            back = await undo_taking(rt, viewer, receipt)
            said = "Your colleague has it again." if back else "It is back in the queue."
            undo = ""
        elif way == "give-back":
            await give_contact_back(rt, viewer, receipt)
            said, undo = "It is back in the queue.", f"/contacts/{receipt}/take"
        elif way == "put-off":
            await put_off(rt, viewer, receipt, _until(request), sent.get("reason", ""))
            said, undo = "It waits until then. Its clock runs on.", "resume"
            undo = f"/contacts/{receipt}/{undo}"
        else:
            await resume_contact(rt, viewer, receipt)
            said, undo = "It is back in the queue.", ""
    except (RuleForbids, Stale) as wrong:
        return _refused(request, wrong)
    answer = web.Response(status=204) if is_fragment(request) else None
    return shell.toast(
        answer or shell.go(request, f"/contacts/{receipt}"), gettext(lang, said), undo=undo
    )


def _refused(request: web.Request, wrong: RuleForbids | Stale) -> web.Response:
    """Say what was wrong: in place for a list, on the contact's page for a browser."""
    words = Wording(request.app[RT].config, locale_of(request))
    said = words.of("queue_wrong", wrong.code)
    if wrong.facts.get("who"):
        said = f"{said} {wrong.facts['who']}"
    there = f"/contacts/{request.match_info['receipt']}"
    answer = web.Response(status=204) if is_fragment(request) else shell.go(request, there)
    return shell.toast(answer, said)


def _until(request: web.Request) -> datetime | None:
    """Return until when: a span, tomorrow's morning, or a moment in Almaty's time.

    A moment that was typed goes before the span, of which one is always ticked.
    """
    sent, now = form_of(request), request.app[RT].clock.now()
    typed = sent.get("at", "").strip()
    chosen = "" if typed else sent.get("until", "")
    if chosen in SPANS:
        return now + SPANS[chosen]
    if chosen == "morning":
        local = now.astimezone(shell.ALMATY)
        day = local if local.hour < _MORNING else local + timedelta(days=1)
        return day.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return found.replace(tzinfo=shell.ALMATY) if found.tzinfo is None else found


async def look(request: web.Request) -> web.StreamResponse:
    """Keep that this page has something open; or, with `away`, that it was shut."""
    sent = form_of(request)
    away = "away" in sent
    await look_at(
        request.app[RT], shell.viewer_of(request), sent.get("subject", ""), away=away
    )
    return web.Response(status=204)


async def lookers(request: web.Request) -> web.StreamResponse:
    """Return who else has it open; without scripts, the page of it."""
    kind, number = request.match_info["kind"], request.match_info["number"]
    names = await who_looks(request.app[RT], shell.viewer_of(request), f"{kind}:{number}")
    if not is_fragment(request):
        return shell.go(request, f"/{kind}s/{number}")
    return shell.page(request, "looking_part.html", names=names)


move_page = guarded(*AT_111)(move)
look_page = guarded(*(role for role in Role if role is not Role.ADMIN))(look)
lookers_page = guarded(*(role for role in Role if role is not Role.ADMIN))(lookers)
