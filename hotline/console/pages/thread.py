"""POST /contacts/{receipt}/reply, …/policy, …/settle: a person answers, or says what they know."""

from aiohttp import web

from hotline.actions.record_policy import record_policy
from hotline.actions.settle_uncertain import settle_uncertain
from hotline.actions.write_reply import Reply, write_reply
from hotline.cases.inbound import ContactPolicy
from hotline.console import shell
from hotline.console.pages import contact
from hotline.console.pages.desk import AT_111
from hotline.console.session import form_of, guarded
from hotline.errors import RuleForbids
from hotline.web.keys import RT


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
    )
    try:
        await write_reply(request.app[RT], shell.viewer_of(request), receipt, said)
    except RuleForbids as wrong:
        return await contact.refuse(request, "reply", sent, wrong)
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
settle_page = guarded(*AT_111)(settle)
