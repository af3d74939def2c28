"""Step: who gave up waiting is called back, but only where a safe way to call is recorded."""

import json
from datetime import timedelta
from typing import Any

from hotline.cases.call import CallFacts
from hotline.cases.inbound import InboundKind
from hotline.runtime import Runtime
from hotline.store import callbacks, calls, contacts, keys
from hotline.store.transaction import Transaction


async def gave_up(rt: Runtime, tx: Transaction, call: Any, now: CallFacts) -> None:
    """Make a call-back for an abandoned call, where that is safe; else it is only counted.

    Once a caller in `callback_again_s`, and not for who got through since. A number alone
    allows nothing: the telephone may lie beside whoever is feared.
    """
    rules = rt.config.channels.phone
    waited = (now.ended_at or tx.now) - now.started_at
    if call.caller_hash is None or waited < timedelta(seconds=rules.abandoned_after_s):
        return
    again = timedelta(seconds=rules.callback_again_s)
    if await callbacks.recent(tx, call, again):
        return
    if await callbacks.through_since(tx, call.caller_hash, call):
        return
    allowed_by = await _safe_way(tx, call)
    if allowed_by is None:
        return
    made = {"contact_id": allowed_by, "call_id": call.id, "caller_hash": call.caller_hash}
    await callbacks.put(tx, made)
    tx.record("callback_made", contact_id=call.contact_id)


async def got_through(tx: Transaction, call: Any) -> None:
    """Cancel what was to be a call-back: the person has reached somebody."""
    if call.caller_hash is not None:
        await callbacks.cancel(tx, call.caller_hash, "got_through")


async def _safe_way(tx: Transaction, call: Any) -> int | None:
    """Return the newest contact with this number whose person allowed calls, or None.

    The newest word counts: who allowed it once and later did not is not called. A call that
    came to nothing is no word: nobody was asked.
    """
    known = [row.id for row in await calls.earlier(tx, call.caller_hash, call.contact_id)]
    owners = await keys.load(tx, known)
    rows = await contacts.by_ids(tx, owners)
    for row in sorted(rows, key=lambda one: one.id, reverse=True):
        told = json.loads(owners[row.id].open_text("identity", row.sealed_identity) or "{}")
        if (told.get("policy") or {}).get("may_call"):
            return int(row.id)
        if row.kind != InboundKind.CALL or row.case_id is not None:
            return None
    return None
