"""Use case: a person at 111 records how somebody may be reached: they asked them."""

import msgspec

from hotline.cases.inbound import ContactPolicy
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import contacts, keys
from hotline.store.opened_parts import opened
from hotline.store.transaction import Nudge

LONGEST = 100  # characters of hours and of a code word


async def record_policy(
    rt: Runtime, viewer: Viewer, receipt: str, given: ContactPolicy
) -> None:
    """Write how whoever wrote may be reached; it holds for the whole thread from now on.

    What waits to go out is judged by it when its turn comes. Errors: NotFound (Forgotten);
    RuleForbids `hours_long`, `code_word_long`.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    for field in ("hours", "code_word"):
        if len(getattr(given, field) or "") > LONGEST:
            raise RuleForbids("say it shorter", code=f"{field}_long", field=field)
    async with rt.transaction(viewer) as tx:
        contact = await contacts.by_receipt(tx, receipt, rt.number_key, lock=True)
        key = await keys.load_one(tx, contact.id)
        parts = await opened(tx, [contact.id])
        known = parts.known(contact.id, "identity", contact.sealed_identity)
        known["policy"] = msgspec.to_builtins(given)
        await contacts.change(
            tx,
            contact.id,
            {
                "sealed_identity": key.seal("identity", msgspec.json.encode(known)),
                "sealed_policy": key.seal("policy", msgspec.json.encode(given)),
                "may_write": given.may_write,
                "policy_at": tx.now,
            },
        )
        told = {
            "may_write": given.may_write,
            "may_call": given.may_call,
            "hours": given.hours is not None,
            "code_word": given.code_word is not None,
        }
        tx.record(
            "policy_recorded", case_id=contact.case_id, contact_id=contact.id, data=told
        )
        tx.nudge(Nudge("contact"))
