"""/shift: the hand-over that writes itself; /became: what came of whom one helped."""

from aiohttp import web

from hotline.actions.hand_shift_over import hand_shift_over, take_shift
from hotline.console import shell
from hotline.console.became_words import told
from hotline.console.pages.case import body_names
from hotline.console.pages.desk import AT_111
from hotline.console.session import form_of, guarded
from hotline.console.wording import Wording
from hotline.errors import RuleForbids
from hotline.i18n import gettext, moment
from hotline.store import callback_list, handovers, own_cases, shift_sheet, signs
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_QUIET = ("silent", "failing", "expired", "expiring")


async def show(request: web.Request) -> web.StreamResponse:
    """Return the sheet as it stands now."""
    return await answer(request)


async def answer(
    request: web.Request, *, status: int = 200, wrong: str = ""
) -> web.Response:
    """Return the sheet, with what was wrong with a form of it."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        found = await shift_sheet.sheet(tx, viewer)
        calls = await callback_list.waiting(tx, viewer)
        ways = [one for one in await signs.view(tx) if one.state in _QUIET]
        said = await handovers.shown(tx, viewer)
        named = await body_names(tx, locale_of(request))
    own = next((one for one in said if one.mine and one.taken_by is None), None)
    typed = form_of(request).get("remarks", "") if wrong else ""
    return shell.page(
        request,
        "shift.html",
        status=status,
        sheet=found,
        calls=calls,
        ways=ways,
        said=said,
        named=named,
        remarks=typed or (own.remarks if own else "") or "",
        over=own.made_at.isoformat() if own else "",
        wrong=wrong,
    )


async def hand_over(request: web.Request) -> web.StreamResponse:
    """Keep the remarks of who goes."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    try:
        sent = form_of(request)
        await hand_shift_over(rt, viewer, sent.get("remarks", ""), sent.get("over"))
    except RuleForbids as wrong:
        text = gettext(locale_of(request), _WRONG[wrong.code])
        return await answer(request, status=wrong.status, wrong=text)
    text = gettext(locale_of(request), "The shift waits to be taken over.")
    return shell.toast(shell.go(request, "/shift"), text)


async def take(request: web.Request) -> web.StreamResponse:
    """Sign that one took the shift over."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    try:
        read = form_of(request).get("made_at", "")
        await take_shift(rt, viewer, int(request.match_info["handover"]), read)
    except RuleForbids as wrong:
        text = gettext(locale_of(request), _WRONG[wrong.code])
        return await answer(request, status=wrong.status, wrong=text)
    text = gettext(locale_of(request), "You have taken the shift over.")
    return shell.toast(shell.go(request, "/shift"), text)


async def became(request: web.Request) -> web.StreamResponse:
    """Return what came of the cases that the viewer confirmed of late."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    lang = locale_of(request)
    async with rt.transaction(viewer) as tx:
        found = await own_cases.of_late(tx, viewer)
        named = await body_names(tx, lang)
    words = Wording(rt.config, lang)
    lines = [(one, told(words, one, named, moment)) for one in found]
    return shell.page(request, "became.html", lines=lines)


_WRONG = {
    "remarks_long": "Say it shorter.",
    "remarks_changed": "You wrote remarks in another window meanwhile. They stand above;"
    " what you typed is below.",
    "own_handover": "Another person takes your shift over.",
    "rewritten": "The remarks have changed since. Read them again, then sign.",
    "taken_already": "Somebody has taken this shift over already.",
}
show_page = guarded(*AT_111)(show)
hand_over_page = guarded(*AT_111)(hand_over)
take_page = guarded(*AT_111)(take)
became_page = guarded(*AT_111)(became)
