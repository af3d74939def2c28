"""POST /cases/{number}/{move}: one form each; the action decides, this page tells."""

from collections.abc import Mapping

from aiohttp import web

from hotline.actions import record_handoff, view_case
from hotline.actions.keep_case_draft import end_case_draft, keep_case_draft
from hotline.console import conflicts, shell
from hotline.console.case_forms import FORMS, MISTAKES, Form, Sent
from hotline.console.fields import PAGE, whole
from hotline.console.pages import case as case_page
from hotline.console.pages.case import Trouble
from hotline.console.session import for_script, form_of, guarded, is_fragment
from hotline.errors import HotlineError, NotAllowed, NotFound, RuleForbids, Stale
from hotline.i18n import gettext
from hotline.store import cases
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def move(request: web.Request) -> web.StreamResponse:
    """Do what a form asks. 409 with both versions when stale, 422 at the field when wrong."""
    name = request.match_info["move"].replace("-", "_")
    if name not in FORMS:
        raise NotFound("no such form")
    return await run(request, name, FORMS[name])


async def run(request: web.Request, name: str, form: Form) -> web.StreamResponse:
    """Run one form and answer with the case as it is now."""
    number = request.match_info["number"]
    sent = Sent(request.app[RT], shell.viewer_of(request), number, form_of(request))
    try:
        await form.do(sent)
    except Stale as stale:
        return await conflicts.answer(request, sent.form, stale)
    except RuleForbids as wrong:
        return await refuse(request, name, sent.form, wrong)
    except NotAllowed as wrong:
        if wrong.code not in MISTAKES:
            raise
        return await refuse(request, name, sent.form, wrong)  # who may do it stands there
    await end_case_draft(
        sent.rt, sent.viewer, number, name,
        page=sent.text("draft_page")[:PAGE], turn=whole(sent.text("draft_turn")) or 0,
    )  # fmt: skip
    said = gettext(locale_of(request), form.done)
    if not await _still_seen(request, number):  # who declines may lose sight: that is meant
        return shell.toast(shell.go(request, "/inbox"), said)
    if not is_fragment(request):
        return shell.toast(shell.go(request, f"/cases/{number}"), said)
    return shell.toast(await case_page.answer(request, number), said)


async def _still_seen(request: web.Request, number: str) -> bool:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        try:
            await cases.read(tx, viewer, number, rt.number_key)
        except NotFound:
            return False
    return True


async def refuse(
    request: web.Request, name: str, form: Mapping[str, str], wrong: HotlineError
) -> web.Response:
    """Return the page with the error at its field and what was typed."""
    lang = locale_of(request)
    typed = next((one for one in ("text", "urgency") if one in form), "")
    field = str(wrong.facts.get("field", typed))
    text = gettext(lang, MISTAKES.get(wrong.code, "This cannot be done now."))
    return await case_page.answer(
        request,
        request.match_info["number"],
        status=422,
        ask=name,
        trouble=Trouble(name, {field: text}, form),
    )


async def keep(request: web.Request) -> web.StreamResponse:
    """Keep what is typed into one form and not sent; the page shows when."""
    form, number = form_of(request), request.match_info["number"]
    saved = await keep_case_draft(
        request.app[RT], shell.viewer_of(request), number, form.get("form", ""), form,
        page=form.get("draft_page", "")[:PAGE], turn=whole(form.get("draft_turn", "")) or 0,
    )  # fmt: skip
    if not for_script(request):
        return shell.go(request, f"/cases/{number}")
    return web.json_response({"at": shell.time_of(saved)})


async def reveal(request: web.Request) -> web.StreamResponse:
    """Show who wrote, once, with a reason that stands in the history."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number, form = request.match_info["number"], form_of(request)
    try:
        await view_case.reveal_identity(rt, viewer, number, form.get("reason", ""))
    except RuleForbids as wrong:
        return await refuse(request, "reveal", form, wrong)
    return await case_page.answer(request, number, revealed=True)


async def handoff(request: web.Request) -> web.StreamResponse:
    """Write that 102, 103 or 112 was called, or who there accepted."""
    service, step = request.match_info["service"], request.match_info["step"]

    async def called(s: Sent) -> None:
        number = s.text("number") or service
        await record_handoff.handoff_called(
            s.rt, s.viewer, s.number, service, number_called=number, version=s.version
        )

    async def accepted(s: Sent) -> None:
        await record_handoff.handoff_accepted(
            s.rt, s.viewer, s.number, service, by=s.text("by"),
            reference=s.maybe("reference"), version=s.version,
        )  # fmt: skip

    async def attempted(s: Sent) -> None:
        await record_handoff.handoff_attempted(
            s.rt, s.viewer, s.number, service, result=s.text("result"),
            number_called=s.text("number") or service, note=s.maybe("note"),
            version=s.version,
        )  # fmt: skip

    does = {"called": called, "accepted": accepted, "attempts": attempted}
    return await run(request, f"handoff-{service}", Form(does[step], "Recorded"))


move_page = guarded()(move)
keep_page = guarded()(keep)
reveal_page = guarded()(reveal)
handoff_page = guarded()(handoff)
