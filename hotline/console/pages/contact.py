"""/contacts/{receipt}: what came in, what triage made of it, and a person's decision."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from hotline.actions.close_contact import close_contact
from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.actions.read_follow_up import read_follow_up
from hotline.actions.retract_step import retract_step
from hotline.cases.terms import ContactState, WrapUp
from hotline.console import advice, shell, thread_part
from hotline.console.case_forms import MISTAKES
from hotline.console.contact_conflict import conflict_of
from hotline.console.fields import LEVELS, whole
from hotline.console.matter import matter_of
from hotline.console.pages.case import Trouble, Typed, body_names
from hotline.console.pages.desk import AT_111
from hotline.console.queue_part import queue_for
from hotline.console.session import form_of, guarded
from hotline.console.why import because
from hotline.console.wording import Wording
from hotline.errors import RuleForbids, Stale
from hotline.i18n import gettext
from hotline.store.contact_hold_view import hold_of
from hotline.store.contact_view import contact_view
from hotline.store.media_view import media_view
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return the contact beside the queue."""
    return await answer(request)


async def answer(
    request: web.Request,
    *,
    status: int = 200,
    trouble: Trouble | None = None,
    asked: Mapping[str, Any] | None = None,
) -> web.Response:
    """Return the page, with what was wrong with a form, or with a dialog that was asked for."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    receipt = request.match_info["receipt"]
    trouble = trouble or Trouble()
    async with rt.transaction(viewer) as tx:
        contact = await contact_view(tx, viewer, receipt, rt.number_key)
        media = await media_view(tx, viewer, receipt, rt.number_key)
        spoken = await thread_part.shown(rt, tx, viewer, receipt)
        hold = await hold_of(tx, viewer, receipt, rt.number_key)
        named = await body_names(tx, locale_of(request))
        seen = contact.triage
        matter = await matter_of(rt, tx, viewer, contact)
        way = await advice.way(
            rt,
            tx,
            subcategory=matter.subcategory,
            urgency=matter.urgency,
            region=matter.region or None,
            hints=seen.conflict_hint if seen else (),
            language=contact.language or locale_of(request),
        )
    return shell.page(
        request,
        "contact.html",
        status=status,
        contact=contact,
        thread=spoken,
        media=media,
        covered="spam"
        if contact.state == ContactState.SPAM
        else next((b.covered for b in spoken.all_of(receipt)), None),
        in_letters=next((b.in_letters for b in spoken.all_of(receipt)), None),
        marked=marked(contact.narrative or "", seen.reasons if seen else ()),
        because=because(
            Wording(rt.config, locale_of(request)),
            rt.triage.danger,
            contact.narrative or "",
            seen.reasons if seen else (),
        ),
        way=way,
        named=named,
        queue=await queue_for(request),
        chosen=receipt,
        asked=asked or {},
        hold=hold,
        matter=matter,
        page_id=secrets.token_urlsafe(9),
        failed=trouble.failed,
        errors=trouble.errors,
        values=Typed(trouble.values),
    )


_COLOURS = {
    "danger": "danger",
    "model": "danger",
    "conflict": "conflict",
    "region": "region",
}


def marked(text: str, reasons: Sequence[Any]) -> list[tuple[str, str]]:
    """Return the text in pieces: (words, rule) where a rule saw something, else (words, "")."""
    spans = sorted(
        (reason.span[0], reason.span[1], reason.rule)
        for reason in reasons
        if reason.rule.startswith(("danger:", "conflict:", "region:", "model:danger"))
        and 0 <= reason.span[0] < reason.span[1] <= len(text)
    )
    pieces, at = [], 0
    for begin, end, rule in spans:
        if begin < at:
            continue
        pieces += [
            (text[at:begin], ""),
            (text[begin:end], _COLOURS[rule.partition(":")[0]]),
        ]
        at = end
    return [piece for piece in [*pieces, (text[at:], "")] if piece[0]]


async def confirm(request: web.Request) -> web.StreamResponse:
    """Confirm or correct what triage said; the case is offered unless it is to stay at 111."""
    sent = form_of(request)

    def said(name: str) -> str | None:
        return sent.get(name, "").strip() or None

    given = Confirmation(
        subcategory=said("subcategory"),
        urgency=int(sent["urgency"]) if sent.get("urgency") in LEVELS else None,
        region=said("region"),
        district=sent.get("district", "").strip() if "district" in sent else None,
        offer=sent.get("offer", "yes") == "yes",
        extract=said("extract"),
        release_narrative="release" in sent,
        safety_note=said("safety_note"),
        version=whole(sent.get("version", "")),
    )
    receipt = request.match_info["receipt"]
    try:
        number = await confirm_contact(
            request.app[RT], shell.viewer_of(request), receipt, given
        )
    except (RuleForbids, Stale) as wrong:
        return await refuse(request, "confirm", sent, wrong)
    answer = shell.go(request, f"/desk?routed={number}")
    said_now = gettext(
        locale_of(request),
        "Offered: {number}" if given.offer else "Kept at 111: {number}",
        number=number,
    )
    return shell.toast(answer, said_now, undo=f"/contacts/{receipt}/undo")


async def close(request: web.Request) -> web.StreamResponse:
    """End a contact that is no case."""
    sent, receipt = form_of(request), request.match_info["receipt"]
    if sent.get("wrap_up") == WrapUp.SPAM and not sent.get("note", "").strip():
        nameless = RuleForbids("say why it is hidden", code="hidden_why", field="wrap-note")
        return await refuse(request, "close", sent, nameless)
    try:
        await close_contact(
            request.app[RT],
            shell.viewer_of(request),
            receipt,
            sent.get("wrap_up", ""),
            sent.get("note"),
            version=whole(sent.get("version", "")),
        )
    except (RuleForbids, Stale) as wrong:
        return await refuse(request, "close", sent, wrong)
    said = gettext(locale_of(request), "The contact is closed.")
    return shell.toast(shell.go(request, "/desk"), said, undo=f"/contacts/{receipt}/undo")


async def undo(request: web.Request) -> web.StreamResponse:
    """Take back one's own last step; say honestly where that cannot be done any more."""
    receipt, lang = request.match_info["receipt"], locale_of(request)
    there = shell.go(request, f"/contacts/{receipt}")
    try:
        kind = await retract_step(request.app[RT], shell.viewer_of(request), receipt)
    except RuleForbids as wrong:
        return shell.toast(there, gettext(lang, _UNDO[wrong.code]))
    return shell.toast(there, gettext(lang, _UNDO[kind]))


async def read(request: web.Request) -> web.StreamResponse:
    """Note that a message was read that a rule put under an open case."""
    receipt = request.match_info["receipt"]
    try:
        number = await read_follow_up(request.app[RT], shell.viewer_of(request), receipt)
    except RuleForbids as wrong:
        return await refuse(request, "read", {}, wrong)
    return shell.go(request, f"/cases/{number}")


async def refuse(
    request: web.Request, failed: str, sent: Mapping[str, str], wrong: RuleForbids | Stale
) -> web.Response:
    """Return the page again with what was wrong and what was typed."""
    text = thread_part.why(request, wrong.code) or gettext(
        locale_of(request),
        _WRONG.get(wrong.code) or MISTAKES.get(wrong.code, "This cannot be done now."),
    )
    if isinstance(wrong, Stale) and failed in ("confirm", "close"):
        asked = {"conflict": await conflict_of(request, sent, text)}
        trouble = Trouble(failed, {}, sent)
        return await answer(request, status=wrong.status, trouble=trouble, asked=asked)
    field = str(wrong.facts.get("field", "form"))
    return await answer(
        request, status=wrong.status, trouble=Trouble(failed, {field: text}, sent)
    )


_WRONG = {
    "already_confirmed": "Somebody else has confirmed this contact already.",
    "contact_closed": "Somebody else has closed this contact already.",
    "contact_changed": "Something new came in meanwhile. Read it, then decide again.",
    "has_case": "This contact belongs to a case; it ends with the case.",
    "hidden_why": "Say why it is hidden.",
    "unknown_wrap_up": "Choose how it ended.",
}
_UNDO = {
    "close": "Taken back: it waits again, and its clock runs as before.",
    "confirm": "Taken back: nobody outside 111 sees it. The case stays at 111.",
    "too_late_to_undo": "It is too late to take this back.",
    "offered_before": "A body had been asked before you pressed: that stays. If it is wrong,"
    " withdraw it in the case.",
    "opened_already": "Somebody has opened it already: it cannot be unseen. Write to them or"
    " withdraw it in the case.",
}
show_page = guarded(*AT_111)(show)
confirm_page = guarded(*AT_111)(confirm)
close_page = guarded(*AT_111)(close)
read_page = guarded(*AT_111)(read)
undo_page = guarded(*AT_111)(undo)
