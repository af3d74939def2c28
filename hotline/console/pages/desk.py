"""GET /desk: the queue of 111 beside the form in which a call is logged while it runs."""

import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from hotline.actions.keep_draft import drop_draft, my_drafts, save_draft
from hotline.actions.record_call import LoggedCall, record_call
from hotline.cases.inbound import ContactPolicy, Identity
from hotline.cases.terms import Role
from hotline.console import advice, shell
from hotline.console.case_forms import MISTAKES
from hotline.console.fields import LEVELS, whole
from hotline.console.pages.case import Trouble, Typed, body_names
from hotline.console.session import form_of, guarded, is_fragment
from hotline.errors import RuleForbids
from hotline.i18n import gettext
from hotline.identity.viewer import Viewer
from hotline.routing.triage import TriageFacts, triage
from hotline.runtime import Runtime
from hotline.store.contact_lists import contacts_page
from hotline.store.list_parts import ContactFilter
from hotline.web.keys import RT
from hotline.web.pages import locale_of

QUEUE = 40
FIELDS = (
    "relation", "name", "phone", "safe", "safe_hours", "anonymous", "text", "subcategory",
    "urgency", "children", "ages", "region", "district", "address", "extract", "release",
    "safety_note", "once", "call_id", "line", "called_at",
)  # fmt: skip
_LONGEST = 12_000  # characters of one field of a draft
_NUMBER = 16  # characters of a case number, with room
AT_111 = (Role.OPERATOR, Role.SUPERVISOR)


async def queue(rt: Runtime, viewer: Viewer, cursor: str | None = None) -> Any:
    """Return the contacts that wait for a person, danger first."""
    async with rt.transaction(viewer) as tx:
        asked = ContactFilter(state="waiting")
        return await contacts_page(tx, viewer, asked, cursor=cursor, limit=QUEUE)


async def show(request: web.Request) -> web.StreamResponse:
    """Return the desk with the newest draft, or with an empty form."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    if "queue" in request.query:
        chosen = request.query.get("open", "")
        waiting = await queue(rt, viewer, request.query.get("cursor"))
        return shell.page(request, "desk_queue.html", queue=waiting, chosen=chosen)
    drafts = await my_drafts(rt, viewer)
    wanted = request.query.get("draft", "")
    chosen_draft = next((d for d in drafts if str(d.id) == wanted), None)
    if chosen_draft is None and "new" not in request.query and drafts:
        chosen_draft = drafts[0]
    return await form(request, drafts=drafts, draft=chosen_draft)


async def form(
    request: web.Request,
    *,
    status: int = 200,
    drafts: Any = None,
    draft: Any = None,
    trouble: Trouble | None = None,
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
        queue=await queue(rt, viewer),
        chosen="",
        drafts=drafts if drafts is not None else await my_drafts(rt, viewer),
        draft_id=draft_id,
        saved=shell.time_of(draft.saved_at) if draft else "",
        values=values,
        errors=trouble.errors,
        answered=bool(draft) and "call" in request.query,
        routed=_number_of(request.query.get("routed", "")),
        longest=rt.config.service.limits.narrative_characters,
    )


def _number_of(typed: str) -> str:
    """Return a case number from an address, or nothing: the rest is not ours to show."""
    plain = typed.replace("-", "")
    return typed if len(typed) <= _NUMBER and plain.isascii() and plain.isdigit() else ""


async def keep(request: web.Request) -> web.StreamResponse:
    """Save the draft; answer with its id and the time, which the page shows."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    sent = form_of(request)
    fields = {name: sent[name][:_LONGEST] for name in FIELDS if sent.get(name)}
    draft = await save_draft(rt, viewer, fields, whole(sent.get("draft_id", "")))
    if request.headers.get("Accept", "").startswith("application/json"):
        return web.json_response({"id": str(draft.id), "at": shell.time_of(draft.saved_at)})
    return shell.go(request, f"/desk?draft={draft.id}")


async def drop(request: web.Request) -> web.StreamResponse:
    """Throw a draft away with its key."""
    known = whole(form_of(request).get("draft_id", ""))
    if known is not None:
        await drop_draft(request.app[RT], shell.viewer_of(request), known)
    return shell.go(request, "/desk?new=1")


async def route(request: web.Request) -> web.StreamResponse:
    """Log the call and offer its case; a retry of the same form makes one case."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    missing = [
        name for name in ("text", "subcategory", "urgency", "region") if not sent.get(name)
    ]
    if missing:
        errors = {name: gettext(locale_of(request), NEEDED[name]) for name in missing}
        return await _refuse(request, sent, errors)
    try:
        number = await record_call(rt, viewer, _call(sent))
    except RuleForbids as wrong:
        text = gettext(
            locale_of(request), MISTAKES.get(wrong.code, "This cannot be done now.")
        )
        return await _refuse(request, sent, {str(wrong.facts.get("field", "text")): text})
    return shell.go(request, f"/desk?new=1&routed={number}")


NEEDED = {
    "text": "Write what happened.",
    "subcategory": "Choose the topic.",
    "urgency": "Choose the urgency.",
    "region": "Choose the region.",
}


async def _refuse(
    request: web.Request, sent: Mapping[str, str], errors: Mapping[str, str]
) -> web.Response:
    if is_fragment(request):
        return shell.page(request, "desk_errors.html", status=422, errors=errors)
    return await form(request, status=422, trouble=Trouble("call", errors, sent))


def _call(sent: Mapping[str, str]) -> LoggedCall:
    """Return the form as the action wants it."""

    def said(name: str) -> str | None:
        return sent.get(name, "").strip() or None

    extra = {key: sent[key].strip() for key in ("children", "ages") if said(key)}
    identity = Identity(
        name=said("name"),
        phone=said("phone"),
        relation=said("relation"),
        address=said("address"),
        extra=extra,
    )
    safe = sent.get("safe", "")
    once = sent.get("once", "")[:40]
    return LoggedCall(
        text=sent.get("text", ""),
        subcategory=sent.get("subcategory", ""),
        urgency=int(sent["urgency"]) if sent.get("urgency") in LEVELS else -1,
        region=said("region"),
        district=said("district"),
        identity=identity,
        anonymous="anonymous" in sent,
        policy=ContactPolicy(
            may_write=safe in ("yes", "messages"),
            may_call=safe in ("yes", "until"),
            hours=said("safe_hours"),
        ),
        external_id=f"desk:{once}" if once else None,
        extract=said("extract"),
        release_narrative="release" in sent,
        safety_note=said("safety_note"),
        draft_id=whole(sent.get("draft_id", "")),
        call_id=whole(sent.get("call_id", "")),
    )


async def suggest(request: web.Request) -> web.StreamResponse:
    """Return what triage makes of the text so far. Nothing is stored."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    text = sent.get("text", "")[:_LONGEST]
    region = sent.get("region") or None
    facts = TriageFacts(
        text=text,
        channel="call-note",
        stated_region=region,
        phone=sent.get("phone") or None,
    )
    judged = triage(facts, rt.triage) if text.strip() else None
    found = advice.suggestions(rt, judged, text) if judged else []
    topic = sent.get("subcategory") or (judged.subcategory if judged else "")
    level = sent.get("urgency", "")
    urgency = int(level) if level in LEVELS else int(judged.urgency) if judged else 3
    async with rt.transaction(viewer) as tx:
        named = await body_names(tx, locale_of(request))
        way = await advice.way(
            rt,
            tx,
            subcategory=topic,
            urgency=urgency,
            region=region or (judged.region if judged else None),
            language=judged.language if judged else locale_of(request),
        )
    return shell.page(
        request,
        "desk_advice.html",
        judged=judged,
        found=found,
        way=way,
        topic=topic,
        urgency=urgency,
        named=named,
    )


async def districts(request: web.Request) -> web.StreamResponse:
    """Return the districts of a region as options."""
    return shell.page(
        request, "desk_districts.html", region=request.query.get("region", "")
    )


show_page = guarded(*AT_111)(show)
keep_page = guarded(*AT_111)(keep)
drop_page = guarded(*AT_111)(drop)
route_page = guarded(*AT_111)(route)
suggest_page = guarded(*AT_111)(suggest)
districts_page = guarded(*AT_111)(districts)
