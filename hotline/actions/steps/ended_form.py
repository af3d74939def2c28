"""Step: a save that comes after its form was ended keeps nothing: all of it is there."""

from collections.abc import Mapping
from typing import Any

from hotline.actions.steps.logged_contact import SOURCE
from hotline.cases.terms import ContactState
from hotline.errors import RuleForbids
from hotline.store import calls, contacts
from hotline.store.opened_parts import opened
from hotline.store.transaction import Transaction

_ENDED = (ContactState.CLOSED, ContactState.SPAM)


async def not_ended(tx: Transaction, fields: Mapping[str, Any]) -> None:
    """Do nothing while the form is open. Errors: RuleForbids `already_routed` with the number
    of the case, or the receipt of the contact, that the form became.
    """
    once = fields.get("once")
    mark = f"{SOURCE}:{once}"
    number = await contacts.case_number(tx, SOURCE, mark) if once else None
    if number is None and once:
        number = await contacts.receipt_of(tx, SOURCE, mark)
    if number is None and str(fields.get("call_id") or "").isdigit():
        number = await _of_call(tx, int(fields["call_id"]), str(fields.get("text") or ""))
    if number is not None:
        raise RuleForbids("this form was routed", code="already_routed", number=number)


async def _of_call(tx: Transaction, call_id: int, text: str) -> str | None:
    """Return the receipt of the call's contact where it was ended with these very words.

    What is not written there was typed since: it is kept, and a person looks at it.
    """
    call = await calls.by_id(tx, call_id)
    if call is None or call.contact_id is None:
        return None
    contact = (await contacts.by_ids(tx, [call.contact_id]))[0]
    if contact.seen_at is None and contact.state not in _ENDED:
        return None
    parts = await opened(tx, [contact.id])
    written = parts.text(contact.id, "narrative", contact.sealed_narrative) or ""
    return str(contact.receipt) if text.strip() in written else None
