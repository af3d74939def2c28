"""Drafts of the desk: kept while somebody types, put off, dropped, brought back."""

from collections.abc import Mapping
from datetime import timedelta

from aiohttp import web

from hotline.actions.keep_draft import (
    Draft,
    bring_draft_back,
    drop_draft,
    my_drafts,
    postpone_draft,
    save_draft,
)
from hotline.console import shell
from hotline.console.desk_form import FIELDS, fields_of, sender_of
from hotline.console.fields import whole
from hotline.console.pages.case import Trouble
from hotline.console.pages.desk import AT_111, form, refuse, wording
from hotline.console.session import form_of, guarded, is_fragment
from hotline.errors import RuleForbids, Stale
from hotline.web.keys import RT

WRONG = {"unknown_reason": "Say why.", "unknown_wait": "Choose until when."}
CONFLICT = 409
NAMES = {
    "text": "In the caller's words", "name": "Name", "phone": "Phone", "subcategory": "Topic",
    "urgency": "Urgency", "region": "Region", "district": "District", "ages": "Ages or IIN",
    "address": "Address or landmark", "extract": "Extract: the bodies read this",
    "safety_note": "Safety note: stands above everything", "children": "Children",
}  # fmt: skip
_UNSHOWN = ("once", "call_id", "line", "called_at", "linked", "not_same")


async def keep(request: web.Request) -> web.StreamResponse:
    """Save the draft; answer with its id, version and the time, which the page shows."""
    asks = request.headers.get("Accept", "").startswith("application/json")
    try:
        draft = await _save(request)
    except Stale:
        return await _both(request)
    except RuleForbids as routed:
        number = str(routed.facts.get("number", ""))
        if asks:
            return web.json_response({"routed": number})
        return shell.go(request, f"/desk?new=1&routed={number}")
    if asks:
        found = {
            "id": str(draft.id),
            "at": shell.time_of(draft.saved_at),
            "version": draft.version,
        }
        return web.json_response(found)
    return shell.go(request, f"/desk?draft={draft.id}")


async def _save(request: web.Request) -> Draft:
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    known = whole(sent.get("draft_id", ""))
    return await save_draft(rt, viewer, fields_of(sent), known, sender_of(sent))


async def _both(request: web.Request) -> web.StreamResponse:
    """Return both versions for the person to choose; neither is lost meanwhile."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    drafts = await my_drafts(rt, viewer)
    known = whole(sent.get("draft_id", ""))
    theirs = next((one for one in drafts if one.id == known), None)
    if theirs is None:  # ended in this moment: what was typed is saved anew at once
        return shell.go(request, "/desk")
    rows = _differing(request, sent, theirs.fields)
    if is_fragment(request) or "json" in request.headers.get("Accept", ""):
        return shell.page(
            request, "desk_conflict.html", status=CONFLICT, theirs=theirs, rows=rows
        )
    values = {**sent, "draft_version": str(theirs.version)}
    return await form(
        request, status=CONFLICT, drafts=drafts, trouble=Trouble("draft", {}, values),
        theirs=(theirs, rows),
    )  # fmt: skip


def _differing(
    request: web.Request, sent: Mapping[str, str], kept: Mapping[str, object]
) -> list[tuple[str, str, str]]:
    """Return (field, mine, theirs) of every field that differs, as people read it."""
    w = wording(request)

    def named(field: str, value: str) -> str:
        if field == "urgency" and value.isdigit():
            return w.urgency(int(value[0]) % 5)
        if field in ("region", "district"):
            return w.place(value) if value else ""
        return w.topic(value) if field == "subcategory" and value else value

    return [
        (
            w.say(NAMES.get(field, "Other")),
            named(field, sent.get(field, "")),
            named(field, str(kept.get(field, ""))),
        )
        for field in FIELDS
        if field not in _UNSHOWN and sent.get(field, "") != str(kept.get(field, ""))
    ]


async def put_off(request: web.Request) -> web.StreamResponse:
    """Put the draft off: it comes back to the top when the time is there."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    wait = timedelta(minutes=whole(sent.get("wait", "")) or 0)
    try:
        draft = await _save(request)
        until = await postpone_draft(rt, viewer, draft.id, wait, sent.get("why", ""))
    except Stale:
        return await _both(request)
    except RuleForbids as wrong:
        return await refuse(request, _wrong(request, wrong, "postpone-why"))
    said = wording(request).say("Put off until {time}", time=shell.time_of(until)[:5])
    answer = shell.go(request, "/desk?new=1")
    return shell.toast(answer, said, undo=f"/desk/drafts/{draft.id}/back")


async def drop(request: web.Request) -> web.StreamResponse:
    """Drop the draft, with a way back for a short while."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    answer = shell.go(request, "/desk?new=1")
    if whole(sent.get("draft_id", "")) is None and not fields_of(sent).get("text"):
        return answer
    try:
        draft_id = whole(sent.get("draft_id", "")) or 0
        if "page" in sent:  # the last words go along, so that they come back too
            draft_id = (await _save(request)).id
        await drop_draft(rt, viewer, draft_id, sent.get("drop_why") or "mistake")
    except Stale:
        return await _both(request)
    except RuleForbids as wrong:
        return await refuse(request, _wrong(request, wrong, "drop-why"))
    said = wording(request).say("Draft dropped")
    return shell.toast(answer, said, undo=f"/desk/drafts/{draft_id}/back")


def _wrong(request: web.Request, wrong: RuleForbids, field: str) -> dict[str, str]:
    said = WRONG.get(wrong.code, "This cannot be done now.")
    return {field: wording(request).say(said)}


async def back(request: web.Request) -> web.StreamResponse:
    """Bring back what was dropped or put off."""
    draft_id = int(request.match_info["draft"])
    await bring_draft_back(request.app[RT], shell.viewer_of(request), draft_id)
    answer = shell.go(request, f"/desk?draft={draft_id}")
    return shell.toast(answer, wording(request).say("The draft is back"))


keep_page = guarded(*AT_111)(keep)
put_off_page = guarded(*AT_111)(put_off)
drop_page = guarded(*AT_111)(drop)
back_page = guarded(*AT_111)(back)
