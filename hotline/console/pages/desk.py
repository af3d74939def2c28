"""GET /desk: the queue of 111 beside the form in which a call is logged while it runs."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from aiohttp import web

from hotline.actions.keep_draft import DROPPED_FOR, POSTPONED_FOR, Draft, my_drafts
from hotline.actions.record_call import LoggedCall, record_call
from hotline.cases.terms import Role
from hotline.console import desk_assist, desk_form, shell
from hotline.console.case_forms import MISTAKES
from hotline.console.pages.case import Trouble, Typed
from hotline.console.pages.queue import queue_answer
from hotline.console.queue_part import queue_for
from hotline.console.session import form_of, guarded, is_fragment
from hotline.console.turns import turn
from hotline.console.wording import Wording
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_NUMBER = 16  # characters of a case number, with room
AT_111 = (Role.OPERATOR, Role.SUPERVISOR)
_AT_ONCE = 0  # the urgency of a call that is handed to 102, 103 or 112 without another word
_GRAVE = (0, 1)  # the levels that go with such a call
_NOT_NOW = "This cannot be done now."
_TOO_MANY = (
    "Too long by {n}. Nothing is lost: shorten the words, or put the rest into a note."
)


def wording(request: web.Request) -> Wording:
    """Return the words of the viewer's language."""
    return Wording(request.app[RT].config, locale_of(request))


def today(request: web.Request) -> date:
    """Return the day in Kazakhstan."""
    return request.app[RT].clock.now().astimezone(shell.ALMATY).date()


async def show(request: web.Request) -> web.StreamResponse:
    """Return the desk with the draft that is next, or with an empty form."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    if "queue" in request.query:
        return await queue_answer(request)
    async with turn(request):
        return await _desk(request, rt, viewer)


async def _desk(request: web.Request, rt: Runtime, viewer: Viewer) -> web.Response:
    drafts = await my_drafts(rt, viewer)
    if "drafts" in request.query:
        shown = request.query["drafts"]
        return shell.page(request, "desk_tabs.html", drafts=drafts, draft_id=shown)
    wanted = request.query.get("draft", "")
    chosen = next((d for d in drafts if str(d.id) == wanted), None)
    if chosen is None and "new" not in request.query:
        chosen = next((d for d in drafts if not d.waits(rt.clock.now())), None)
    return await form(request, drafts=drafts, draft=chosen)


async def form(
    request: web.Request,
    *,
    status: int = 200,
    drafts: Sequence[Draft] | None = None,
    draft: Draft | None = None,
    trouble: Trouble | None = None,
    theirs: Any = None,
) -> web.Response:
    """Return the page around the form, with what a draft or a refused form held."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    trouble = trouble or Trouble()
    values = Typed(trouble.values or (draft.fields if draft else {}))
    values.setdefault("once", secrets.token_urlsafe(12))
    draft_id = trouble.values.get("draft_id", "") or (str(draft.id) if draft else "")
    return shell.page(
        request,
        "desk.html",
        status=status,
        queue=await queue_for(request),
        chosen="",
        drafts=drafts if drafts is not None else await my_drafts(rt, viewer),
        draft_id=draft_id,
        version=draft.version if draft else trouble.values.get("draft_version", ""),
        page_id=secrets.token_urlsafe(9),
        saved=shell.time_of(draft.saved_at) if draft else "",
        values=values,
        errors=trouble.errors,
        theirs=theirs,
        answered=_begins(request, draft),
        routed=_number_of(request.query.get("routed", "")),
        longest=rt.config.service.limits.narrative_characters,
        questions=rt.config.scripts.questions,
        asked=sum(bool(values[f"fact_{name}"]) for name in rt.config.scripts.questions),
        postponed_for=POSTPONED_FOR,
        dropped_for=DROPPED_FOR,
    )


def _begins(request: web.Request, draft: Draft | None) -> bool:
    """Return whether somebody begins to write now: a call was taken, or a form asked for."""
    asked = request.query
    return "call" in asked if draft else "new" in asked and "routed" not in asked


def _number_of(typed: str) -> str:
    """Return a case number from an address, or nothing: the rest is not ours to show."""
    plain = typed.replace("-", "")
    return typed if len(typed) <= _NUMBER and plain.isascii() and plain.isdigit() else ""


async def route(request: web.Request) -> web.StreamResponse:
    """Log the call and offer its case; a retry of the same form makes one case."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    errors = desk_form.faults(wording(request), sent)
    if errors:
        return await refuse(request, errors)
    service = desk_form.service_of(sent)
    call = desk_form.call_of(sent, today(request), hand_to=service)
    try:
        number = await record_call(rt, viewer, _filled(request, call) if service else call)
    except RuleForbids as wrong:
        return await refuse(request, of_rule(request, wrong))
    if service or call.told.says("power"):
        said = "Now say whom it complains of: nothing is offered before."
        if service:
            said = "The case is there. Ring now and write down who accepted."
            if not (call.subcategory and call.region):
                said = (
                    "The case is there. Ring now and write down who accepted. Then confirm"
                    " topic and region: until then nobody else sees it."
                )
        there = "#case-emergency" if service else ""
        answer = shell.go(request, f"/cases/{number}{there}")
        return shell.toast(answer, wording(request).say(said))
    return shell.go(request, f"/desk?new=1&routed={number}")


def _filled(request: web.Request, call: LoggedCall) -> LoggedCall:
    """Return a call that cannot wait: what the operator left open is what the words say.

    It is marked as such: they say topic and place as soon as the service has been rung.
    """
    rt = request.app[RT]
    judged = desk_assist.judge(rt, form_of(request))
    return replace(
        call,
        subcategory=call.subcategory or (judged.subcategory if judged else "INF.OTH"),
        urgency=call.urgency if call.urgency in _GRAVE else _AT_ONCE,
        region=call.region or (judged.region if judged else None),
        guessed=frozenset(n for n in ("subcategory", "region") if not getattr(call, n)),
    )


def of_rule(request: web.Request, wrong: RuleForbids) -> dict[str, str]:
    """Return what a rule forbids, at the field that it names."""
    said = _TOO_MANY if "too_many" in wrong.facts else MISTAKES.get(wrong.code, _NOT_NOW)
    text = wording(request).say(said, n=wrong.facts.get("too_many", 0))
    return {str(wrong.facts.get("field", "text")): text}


async def refuse(request: web.Request, errors: Mapping[str, str]) -> web.Response:
    """Return the form with what must be mended; what was typed stays."""
    if is_fragment(request):
        return shell.page(request, "desk_errors.html", status=422, errors=errors)
    trouble = Trouble("call", errors, form_of(request))
    return await form(request, status=422, trouble=trouble)


async def suggest(request: web.Request) -> web.StreamResponse:
    """Return what may help while somebody talks. Nothing is stored."""
    told = desk_form.told_of(form_of(request), today(request))
    found = await desk_assist.assist(
        request.app[RT],
        shell.viewer_of(request),
        form_of(request),
        told,
        locale_of(request),
    )
    return shell.page(request, "desk_advice.html", **found)


async def districts(request: web.Request) -> web.StreamResponse:
    """Return the districts of a region as options."""
    return shell.page(
        request, "desk_districts.html", region=request.query.get("region", "")
    )


show_page = guarded(*AT_111, waits=False)(show)
route_page = guarded(*AT_111)(route)
suggest_page = guarded(*AT_111)(suggest)
districts_page = guarded(*AT_111)(districts)
