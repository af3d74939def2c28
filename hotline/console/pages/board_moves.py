"""What is pressed on the board: many cases at once, the undo, the alarm and its sound."""

from aiohttp import web

from hotline.actions.hear_alarm import hear_alarm
from hotline.actions.press_board import Press, press_board, undo_press
from hotline.actions.work_on_many import Many, Picked
from hotline.cases.terms import Role
from hotline.console import bulk_words, shell
from hotline.console.board_words import PRESSED, WHY_NOT
from hotline.console.fields import whole
from hotline.console.pages.board import MUTED
from hotline.console.pages.desk import AT_111
from hotline.console.session import form_of, guarded
from hotline.errors import NotFound, RuleForbids
from hotline.i18n import gettext, ngettext
from hotline.store.presses import RAISE
from hotline.web.keys import RT
from hotline.web.pages import locale_of
from hotline.web.wire import read_post

_MUTE_S = 12 * 3600  # as long as a shift


async def press(request: web.Request) -> web.StreamResponse:
    """Do with the chosen cases what the button says; name each that it was not done of."""
    form = form_of(request)
    ticked = (await read_post(request)).getall("case", [])
    asked = Press(
        move=form.get("move", ""),
        reason=form.get("reason", ""),
        urgency=whole(form.get("urgency", "")),
        kind=form.get("kind", ""),
        person=form.get("person", "").strip(),
    )
    rt, viewer = request.app[RT], shell.viewer_of(request)
    try:
        picked = [_picked(one) for one in ticked if isinstance(one, str)]
        many = await press_board(rt, viewer, picked, asked, form.get("once", ""))
    except RuleForbids as wrong:
        return _told(request, None, wrong.code, status=422)
    return _answer(request, many)


def _picked(told: str) -> Picked:
    """Return a ticked row. Errors: RuleForbids for what no row of ours says."""
    number, _, version = told.partition(":")
    if whole(version) is None:
        raise RuleForbids("choose a case first", code="none_chosen", field="case")
    return Picked(number, whole(version))


async def undo(request: web.Request) -> web.StreamResponse:
    """Set back what one press raised."""
    run_id = whole(request.match_info["run"])
    if run_id is None:
        raise NotFound("nothing to undo")
    reason = gettext(locale_of(request), "Taken back by who had raised it")
    rt, viewer = request.app[RT], shell.viewer_of(request)
    return _answer(request, await undo_press(rt, viewer, run_id, reason))


def _answer(request: web.Request, many: Many) -> web.Response:
    if many.refused:
        return _told(request, many)
    lang = locale_of(request)
    n = ngettext(lang, "{n} case", "{n} cases", many.done)
    said = f"{gettext(lang, PRESSED[many.kind])}: {n}"
    return shell.toast(shell.go(request, "/board"), said, undo=_undo_at(request, many))


def _undo_at(request: web.Request, many: Many) -> str:
    """Return where it is undone: a supervisor alone may lower what a person set."""
    lawful = many.kind == RAISE and shell.viewer_of(request).role is Role.SUPERVISOR
    return f"/board/bulk/{many.run_id}/undo" if lawful and many.done else ""


def _told(
    request: web.Request, many: Many | None, wrong: str = "", *, status: int = 200
) -> web.Response:
    return shell.page(
        request,
        "board_result.html",
        status=status,
        many=many,
        wrong=wrong,
        undo_at=_undo_at(request, many) if many else "",
        done_word=PRESSED[many.kind] if many else "",
        why_not=_why_not,
    )


def _why_not(code: str) -> str:
    """Return the msgid of why it was not done."""
    return WHY_NOT.get(code) or bulk_words.mistake(code)


async def hear(request: web.Request) -> web.StreamResponse:
    """Say that somebody sees to what rings."""
    seen = frozenset(form_of(request).get("seen", "").split())
    n = await hear_alarm(request.app[RT], shell.viewer_of(request), seen)
    said = gettext(locale_of(request), "You see to it: {n}", n=n)
    return shell.toast(shell.go(request, "/board"), said)


async def sound(request: web.Request) -> web.StreamResponse:
    """Let the alarm be silent in this browser, or heard again."""
    response = shell.go(request, "/board")
    if form_of(request).get("muted") == "yes":
        response.set_cookie(
            MUTED, "yes", path="/board", max_age=_MUTE_S, httponly=True, samesite="Strict"
        )
    else:
        response.del_cookie(MUTED, path="/board")
    return response


press_page = guarded(*AT_111)(press)
undo_page = guarded(*AT_111)(undo)
hear_page = guarded(*AT_111)(hear)
sound_page = guarded(*AT_111)(sound)
