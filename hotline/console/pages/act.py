"""/cases/{number}/act: the act of a visit, typed where no network may be."""

import re
import secrets
from datetime import datetime

from aiohttp import web

from hotline.actions.record_act import keep_act_draft, read_act_draft, record_act
from hotline.actions.view_case import record_view
from hotline.cases.act import TOLD, Act
from hotline.console import field_words, shell
from hotline.console.case_field import read_field
from hotline.console.fields import whole
from hotline.console.pages.case import Trouble, Typed
from hotline.console.session import for_script, form_of, guarded
from hotline.console.wording import Wording
from hotline.errors import NotFound, RuleForbids
from hotline.i18n import gettext
from hotline.store import bodies, cases
from hotline.store.case_view import read_case
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_ONCE = re.compile(r"[A-Za-z0-9_-]{1,40}")


async def show(request: web.Request) -> web.StreamResponse:
    """Return the form with what was typed before, on whatever machine."""
    return await _answer(request, Trouble())


async def _answer(
    request: web.Request, trouble: Trouble, *, status: int = 200
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number = request.match_info["number"]
    async with rt.transaction(viewer) as tx:
        case = await read_case(tx, viewer, number, rt.number_key)
        files = (await read_field(tx, viewer, number, rt.number_key)).files
    # What was typed comes back even where no act can be kept any more.
    if "check" not in case.moves and not trouble.values:
        raise NotFound("no act can be written here now")
    draft = await read_act_draft(rt, viewer, number)
    once = draft.once if draft else secrets.token_urlsafe(12)
    local = f"{rt.clock.now().astimezone(shell.ALMATY):%Y-%m-%dT%H:%M}"
    typed = Typed(
        {"at": local} | dict(draft.fields if draft else {}) | dict(trouble.values)
    )
    sent = trouble.values.get("once", "")
    once = sent if _ONCE.fullmatch(sent) else once
    return shell.page(
        request, "act.html", status=status, case=case, values=typed, errors=trouble.errors,
        once=once, turn=draft.turn if draft else 0,
        saved_at=draft.saved_at if draft else None,
        photos=[one for one in files if one.form == once],
    )  # fmt: skip


async def send(request: web.Request) -> web.StreamResponse:
    """Keep the act. What is wrong stands at its field with all that was typed."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    number, lang = request.match_info["number"], locale_of(request)
    try:
        at, ahead = _moment(form.get("at", ""), "at"), _moment(form.get("next", ""), "next")
        told = {name: form.get(name, "") for name in TOLD}
        await record_act(
            rt, viewer, number, Act(at or rt.clock.now(), told, ahead),
            once=form.get("once", ""), next_task=gettext(lang, "See the family again"),
        )  # fmt: skip
    except RuleForbids as wrong:
        field = str(wrong.facts.get("field", "seen"))
        if wrong.code == "sent_before":
            form = {**form, "once": secrets.token_urlsafe(12)}
        said = gettext(lang, field_words.mistake(wrong.code))
        return await _answer(request, Trouble("act", {field: said}, form), status=422)
    return shell.toast(
        shell.go(request, f"/cases/{number}"), gettext(lang, "The act is kept")
    )


def _moment(typed: str, field: str) -> datetime | None:
    if not typed.strip():
        return None
    try:
        return datetime.fromisoformat(typed.strip()).replace(tzinfo=shell.ALMATY)
    except ValueError as error:
        raise RuleForbids("give a date and time", code="bad_moment", field=field) from error


async def keep(request: web.Request) -> web.StreamResponse:
    """Keep the draft; 409 when this form was sent already."""
    form, number = form_of(request), request.match_info["number"]
    saved = await keep_act_draft(
        request.app[RT], shell.viewer_of(request), number,
        once=form.get("once", ""), turn=whole(form.get("turn", "")) or 0, told=form,
    )  # fmt: skip
    if not for_script(request):
        return shell.go(request, f"/cases/{number}/act")
    if saved is None:
        return web.json_response({"sent": True}, status=409)
    said = gettext(locale_of(request), "Draft saved {time}", time=shell.time_of(saved))
    return web.json_response({"said": said})


async def paper(request: web.Request) -> web.StreamResponse:
    """Return one act as it is printed and signed."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number = request.match_info["number"]
    lang = "ru" if request.query.get("lang") == "ru" else "kk"
    async with rt.transaction(viewer) as tx:
        case = await read_case(tx, viewer, number, rt.number_key)
        field = await read_field(tx, viewer, number, rt.number_key)
        named = await bodies.names(tx)
        found = next(
            (a for a in field.acts if str(a.id) == request.match_info["act"]), None
        )
        if found is None:
            raise NotFound("no such act")
        opened = await cases.read(tx, viewer, number, rt.number_key)
        await record_view(tx, opened.id, "print")
    head = named.get(found.body or "", ("", ""))
    return shell.page(
        request, "act_paper.html", case=case, act=found, letter_lang=lang, head=head,
        t=Wording(rt.config, lang),
    )  # fmt: skip


show_page = guarded()(show)
send_page = guarded()(send)
keep_page = guarded()(keep)
paper_page = guarded()(paper)
