"""/contacts/{receipt}/messages: what was written to a person and what became of it."""

from hotline.actions.record_policy import record_policy
from hotline.actions.settle_uncertain import settle_uncertain
from hotline.actions.write_reply import Reply, write_reply
from hotline.api.asks import PolicyAsked
from hotline.api.asks_messages import ReplyAsked, SettleAsked
from hotline.api.call import Ask, Call, get, post
from hotline.api.contacts import fresh_contact
from hotline.cases.inbound import ContactPolicy
from hotline.errors import NotFound
from hotline.store.thread_view import Thread, thread_view
from hotline.store.view_parts import ContactView

_LONGEST_ID = 18  # digits


async def listed(ask: Ask) -> Thread:
    """Return the thread of a contact. Errors: NotFound outside 111."""
    return await _thread(ask, ask.path["receipt"])


async def reply(ask: Ask) -> str:
    """Answer whoever wrote; return the receipt."""
    body, receipt = ask.body, ask.path["receipt"]
    said = Reply(body.text, body.ready, body.template, body.locale)
    await write_reply(ask.rt, ask.viewer, receipt, said)
    return receipt


async def settle(ask: Ask) -> str:
    """Say what became of an uncertain message; return the receipt."""
    receipt, told = ask.path["receipt"], ask.path["message"]
    if not (told.isascii() and told.isdigit() and len(told) <= _LONGEST_ID):
        raise NotFound("no such message")
    arrived = ask.body.arrived
    await settle_uncertain(ask.rt, ask.viewer, receipt, int(told), arrived=arrived)
    return receipt


async def policy(ask: Ask) -> str:
    """Record how whoever wrote may be reached; return the receipt."""
    body, receipt = ask.body, ask.path["receipt"]
    given = ContactPolicy(
        may_write=body.may_write,
        hours=body.hours or None,
        code_word=body.code_word or None,
        may_call=body.may_call,
    )
    await record_policy(ask.rt, ask.viewer, receipt, given)
    return receipt


async def _thread(ask: Ask, receipt: str) -> Thread:
    async with ask.rt.transaction(ask.viewer) as tx:
        return await thread_view(tx, ask.viewer, receipt, ask.rt.number_key)


CALLS: list[Call] = [
    get(
        "/contacts/{receipt}/messages",
        listed,
        Thread,
        "The thread: what a person wrote, what was written to them, and what became of it",
    ),
    post(
        "/contacts/{receipt}/reply",
        ReplyAsked,
        reply,
        _thread,
        Thread,
        "Answer whoever wrote, on the same channel; refused where it is not known to be safe",
    ),
    post(
        "/contacts/{receipt}/policy",
        PolicyAsked,
        policy,
        fresh_contact,
        ContactView,
        "Record how whoever wrote may be reached; it holds for the whole thread",
    ),
    post(
        "/contacts/{receipt}/messages/{message}/settle",
        SettleAsked,
        settle,
        _thread,
        Thread,
        "Say that an uncertain message arrived, or let it (or a failed one) go once more",
    ),
]
