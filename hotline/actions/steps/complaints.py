"""Step: whom a report complains of. Such a body is not asked, and its commissioner not told."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hotline.cases.terms import BodyId, ContactId, DeclineCode, ReferralStatus
from hotline.identity.folding import fold_name
from hotline.routing.office import OWN_QUEUE
from hotline.store import bodies, contacts, keys, referrals
from hotline.store.sealing import Forgotten
from hotline.store.transaction import Transaction


async def complained_of(tx: Transaction, contact_id: int) -> list[BodyId]:
    """Return the bodies of the directory that the contact's report complains of.

    By id, or by the body's whole name. What matches nobody is left to the person who looks:
    any declared complaint holds the case inside 111 until then.
    """
    (row,) = await contacts.by_ids(tx, [ContactId(contact_id)])
    try:
        key = await keys.load_one(tx, contact_id)
    except Forgotten:
        return []
    known = json.loads(key.open_text("identity", row.sealed_identity) or "{}")
    about = [one for one in known.get("complaint_about") or () if one["kind"] == "body"]
    if not about:
        return []
    return _named(about, await bodies.names(tx))


def _named(
    about: Iterable[Mapping[str, Any]], names: Mapping[str, tuple[str, ...]]
) -> list[BodyId]:
    ids = {one.get("id") for one in about}
    said = {fold_name(one["name"]) for one in about}
    return [
        BodyId(body)
        for body, known in names.items()
        if body != OWN_QUEUE and (body in ids or said & {fold_name(name) for name in known})
    ]


async def keep_apart(
    tx: Transaction, case_id: int, urgency: int, found: Iterable[BodyId]
) -> None:
    """Book that these bodies are in conflict: withdrawn before anything was offered."""
    for body in found:
        await referrals.keep_apart(tx, case_id, urgency, body)
        ended = {"body": body, "reason": DeclineCode.CONFLICT}
        tx.record(f"referral_{ReferralStatus.WITHDRAWN}", case_id=case_id, data=ended)
