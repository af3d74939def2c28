"""The call was a question and is answered: closed as a contact, with a code and no case."""

from aiohttp import web

from hotline.actions.end_consultation import end_consultation
from hotline.console import desk_form, shell
from hotline.console.pages.desk import AT_111, of_rule, refuse, today, wording
from hotline.console.phone_words import CALL_WRONG
from hotline.console.session import form_of, guarded
from hotline.errors import RuleForbids
from hotline.web.keys import RT

WRONG = {
    "danger_now": "You ticked danger now: route the call, do not close it.",
    "danger_level": "You chose one of the two gravest levels: route the call, or correct it.",
    "danger_words": "The words speak of danger. Route the call, or tick that you are sure.",
    "unknown_wrap_up": CALL_WRONG["unknown_wrap_up"],
}
_NOTE = 2000


async def end(request: web.Request) -> web.StreamResponse:
    """Close the call; what was typed goes along with its contact."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    try:
        receipt = await end_consultation(
            rt,
            viewer,
            desk_form.call_of(sent, today(request)),
            sent.get("wrap_up", ""),
            sent.get("wrap_up_note", "")[:_NOTE] or None,
            danger_now="danger_now" in sent,
            sure="sure" in sent,
        )
    except RuleForbids as wrong:
        if wrong.code in WRONG:
            field = str(wrong.facts.get("field", "text"))
            return await refuse(request, {field: wording(request).say(WRONG[wrong.code])})
        return await refuse(request, of_rule(request, wrong))
    said = wording(request).say("Closed with a code: {receipt}", receipt=receipt)
    return shell.toast(shell.go(request, "/desk?new=1"), said)


end_page = guarded(*AT_111)(end)
