"""Use case: the call was a question and was answered: a contact with a wrap-up code, no case."""

import asyncio

from hotline.actions.close_contact import close_in
from hotline.actions.keep_draft import end_draft
from hotline.actions.record_call import LoggedCall, checked_text
from hotline.actions.steps.logged_contact import SOURCE, judge, put_contact
from hotline.actions.steps.open_case import HANDOFF_URGENCY
from hotline.actions.steps.presence import tell
from hotline.actions.steps.words_of_call import contact_of_call, put_words
from hotline.cases.numbers import number_of
from hotline.cases.terms import WrapUp
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import contacts
from hotline.store.transaction import Transaction

_GRAVE = range(HANDOFF_URGENCY + 1)
WORDLESS = (WrapUp.SILENT, WrapUp.PRANK, WrapUp.WRONG_NUMBER, WrapUp.TEST)


async def end_consultation(
    rt: Runtime,
    viewer: Viewer,
    call: LoggedCall,
    wrap_up: str,
    note: str | None = None,
    *,
    danger_now: bool = False,
    sure: bool = False,
) -> str:
    """Close a call that is no case with a code; return the receipt of its contact.

    `sure`: a person has read that the words speak of danger, and says that there is none. The
    same form again changes nothing. Errors: NotFound, RuleForbids.
    """
    if wrap_up not in set(WrapUp):
        raise RuleForbids("choose a wrap-up code", code="unknown_wrap_up", field="wrap_up")
    if danger_now:
        raise RuleForbids(
            "danger is no consultation", code="danger_now", field="danger_now"
        )
    if call.urgency in _GRAVE:  # a slip of the button, or a level that is to be set first
        raise RuleForbids("such a level is a case", code="danger_level", field="urgency")
    text = call.text.strip()
    if text or wrap_up not in WORDLESS:
        text = checked_text(rt, viewer, call)
    judged = await asyncio.to_thread(judge, rt, call, text)
    if judged.danger and not sure:
        raise RuleForbids("the words tell of danger", code="danger_words", field="sure")
    contact_id = await rt.numbers.take(rt.clock.now())
    async with rt.transaction(viewer) as tx:
        receipt = await _of_the_call(rt, tx, viewer, call, text)
        if receipt is None and call.external_id is not None:
            receipt = await contacts.receipt_of(tx, SOURCE, call.external_id)
        if receipt is None:
            await put_contact(rt, tx, contact_id, call, judged)
            receipt = number_of(contact_id, rt.number_key)
        await close_in(rt, tx, viewer, receipt, wrap_up, note)
        await end_draft(tx, viewer.person_id, call.draft_id, call.external_id)
        tell(tx, viewer.person_id)
        return receipt


async def _of_the_call(
    rt: Runtime, tx: Transaction, viewer: Viewer, call: LoggedCall, text: str
) -> str | None:
    """Return the receipt of the contact that the telephone made, with the words put there."""
    if call.call_id is None:
        return None
    contact = await contact_of_call(tx, viewer, call.call_id, text)
    if contact is None:
        return None
    if text:
        await put_words(
            rt, tx, contact, text=text, identity=call.identity, policy=call.policy,
            anonymous=call.anonymous, region=call.region, told=call.told,
        )  # fmt: skip
    return str(contact.receipt)
