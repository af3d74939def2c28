"""POST /contacts/{receipt}/reply, …/draft, …/policy, …/settle: a person answers, or says more."""

from aiohttp import web

from hotline.actions.choose_hard_words import choose_hard_words
from hotline.actions.keep_draft import Sender
from hotline.actions.keep_reply import keep_reply, my_reply
from hotline.actions.record_policy import record_policy
from hotline.actions.settle_uncertain import settle_uncertain
from hotline.actions.write_reply import Reply, write_reply
from hotline.cases.inbound import ContactPolicy
from hotline.console import shell, thread_part
from hotline.console.fields import PAGE, whole
from hotline.console.pages import contact
from hotline.console.pages.case import Trouble
from hotline.console.pages.desk import AT_111
from hotline.console.session import for_script, form_of, guarded, is_fragment
from hotline.errors import RuleForbids, Stale
from hotline.store.contact_view import contact_view
from hotline.web.keys import RT

_CONFLICT = 409


async def reply(request: web.Request) -> web.StreamResponse:
    """Answer whoever wrote; what was typed stays when that cannot be done."""
    sent, receipt = form_of(request), request.match_info["receipt"]
    locale, _, ready = sent.get("ready", "").partition(":")
    other, _, template = sent.get("template", "").partition(":")
    said = Reply(
        text=sent.get("reply_text", ""),
        ready=ready,
        template=template,
        locale=other if template else locale,
        seen=sent.get("seen", "")[:60],
        page=sent.get("page", "")[:PAGE],
        draft_version=whole(sent.get("draft_version", "")),
    )
    try:
        await write_reply(request.app[RT], shell.viewer_of(request), receipt, said)
    except (RuleForbids, Stale) as wrong:
        return await contact.refuse(request, "reply", sent, wrong)
    return shell.go(request, f"/contacts/{receipt}#thread")


async def show(request: web.Request) -> web.StreamResponse:
    """Return what was said so far, without the box to answer."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    receipt = request.match_info["receipt"]
    async with rt.transaction(viewer) as tx:
        found = await contact_view(tx, viewer, receipt, rt.number_key)
        spoken = await thread_part.shown(rt, tx, viewer, receipt)
    if not is_fragment(request):
        return shell.go(request, f"/contacts/{receipt}#thread")
    return shell.page(request, "thread_live.html", contact=found, thread=spoken)


async def draft(request: web.Request) -> web.StreamResponse:
    """Keep what is typed so far; the page shows when. 409 with what another page typed."""
    rt, receipt = request.app[RT], request.match_info["receipt"]
    sent = form_of(request)
    sender = Sender(
        version=whole(sent.get("draft_version", "")),
        page=sent.get("page", "")[:PAGE],
        leaving="leaving" in sent,
    )
    text, asks = sent.get("reply_text", ""), for_script(request)
    try:
        version = await keep_reply(rt, shell.viewer_of(request), receipt, text, sender)
    except Stale:
        return await _both(request, text, part=asks)
    if asks:
        told = {"at": shell.time_of(rt.clock.now()), "version": version}
        return web.json_response(told)
    return shell.go(request, f"/contacts/{receipt}#thread")


async def _both(request: web.Request, text: str, *, part: bool) -> web.Response:
    """Return both texts for the person to choose: a dialog, or the page with it and theirs."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    receipt = request.match_info["receipt"]
    asked = {"theirs": await my_reply(rt, viewer, receipt), "mine": text, "at": receipt}
    if part:
        return shell.page(request, "reply_conflict.html", status=_CONFLICT, asked=asked)
    trouble = Trouble("reply", {}, {"reply_text": text})
    return await contact.answer(request, status=_CONFLICT, trouble=trouble, asked=asked)


async def hard_words(request: web.Request) -> web.StreamResponse:
    """Keep whether the viewer wants hard words covered."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    receipt = request.match_info["receipt"]
    shows = form_of(request).get("open") == "yes"
    await choose_hard_words(rt, viewer, receipt, shows=shows)
    return shell.go(request, f"/contacts/{receipt}#thread")


async def settle(request: web.Request) -> web.StreamResponse:
    """Say what became of a message of which nobody knows."""
    receipt, arrived = request.match_info["receipt"], form_of(request).get("arrived")
    try:
        await settle_uncertain(
            request.app[RT],
            shell.viewer_of(request),
            receipt,
            int(request.match_info["message"]),
            arrived=arrived == "yes",
        )
    except RuleForbids as wrong:
        return await contact.refuse(request, "thread", form_of(request), wrong)
    return shell.go(request, f"/contacts/{receipt}#thread")


async def policy(request: web.Request) -> web.StreamResponse:
    """Record how the person may be reached."""
    sent, receipt = form_of(request), request.match_info["receipt"]
    given = ContactPolicy(
        may_write="may_write" in sent,
        hours=sent.get("hours", "").strip() or None,
        code_word=sent.get("code_word", "").strip() or None,
        may_call="may_call" in sent,
    )
    try:
        await record_policy(request.app[RT], shell.viewer_of(request), receipt, given)
    except RuleForbids as wrong:
        return await contact.refuse(request, "policy", sent, wrong)
    return shell.go(request, f"/contacts/{receipt}#thread")


reply_page = guarded(*AT_111)(reply)
policy_page = guarded(*AT_111)(policy)
show_page = guarded(*AT_111)(show)
draft_page = guarded(*AT_111)(draft)
hard_words_page = guarded(*AT_111)(hard_words)
settle_page = guarded(*AT_111)(settle)
