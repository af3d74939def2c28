"""Use case: an operator has taken a call: the form in which they log it lies open."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from hotline.actions.keep_draft import Draft
from hotline.cases.terms import ContactState
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import call_bar, calls, contacts, drafts, keys
from hotline.store.opened_parts import opened
from hotline.store.transaction import Transaction

_ALMATY = ZoneInfo("Asia/Almaty")
_ENDED = (ContactState.CLOSED, ContactState.SPAM)


async def take_call(rt: Runtime, viewer: Viewer, call_id: int) -> tuple[Draft, bool]:
    """Return the draft of one's own call, with number, line and time; and whether it is new.

    Asked twice, also at once, it is the same draft. Errors: NotFound for a call that is not
    with the viewer, was not taken yet, or is logged or closed already.
    """
    async with rt.transaction(viewer) as tx:
        call = await calls.by_id(tx, call_id, lock=True)
        if call is None or call.operator_id != viewer.person_id or not call.answered_at:
            raise NotFound("no such call")
        contact = (await contacts.by_ids(tx, [call.contact_id], lock=True))[0]
        if contacts.keeps_out(tx, contact):
            raise NotFound("no such call")
        known = await draft_of(tx, viewer, call_id)
        if known is not None:
            return known, False
        parts = await opened(tx, [contact.id])
        words = parts.text(contact.id, "narrative", contact.sealed_narrative)
        if words or contact.state in _ENDED:
            raise NotFound("the call is logged already", code="call_logged")
        fields = {
            "call_id": str(call_id),
            "line": call.line or "",
            "called_at": f"{call.started_at.astimezone(_ALMATY):%H:%M}",
            "phone": call_bar.phone_of(parts, contact) or "",
            "anonymous": "yes" if contact.anonymous else "",
        }
        fields = {name: value for name, value in fields.items() if value}
        draft_id = await rt.numbers.take(tx.now)
        await drafts.save(tx, viewer.person_id, draft_id, json.dumps(fields))
        tx.record("call_taken", contact_id=contact.id)
        return Draft(draft_id, tx.now, fields), True


async def draft_of(tx: Transaction, viewer: Viewer, call_id: int) -> Draft | None:
    """Return the viewer's draft of this call, or None."""
    rows = await drafts.of_person(tx, viewer.person_id)
    owners = await keys.load(tx, [row.id for row in rows])
    for row in rows:
        if row.id not in owners:
            continue
        fields: dict[str, Any] = json.loads(
            owners[row.id].open_text("draft", row.sealed_fields)
        )
        if fields.get("call_id") == str(call_id):
            return Draft(row.id, row.saved_at, fields)
    return None
