"""Step: an exchange that is not ours says where it keeps its recording of a call.

It is a fact of the call that people see. An address that we may fetch from (`media_hosts` of
the partner) is fetched and sealed by a worker; anything else stays where it is. The reference
may be made of a number: it is sealed, and the row's name is a keyed hash.
"""

from typing import Any

from hotline.cases.terms import JobName, QueueName
from hotline.runtime import Runtime
from hotline.store import keys, recordings
from hotline.store.transaction import Transaction

TOLD, ELSEWHERE = "told-", "elsewhere"


async def note_recording(
    rt: Runtime, tx: Transaction, row: Any, contact_id: int, told: str
) -> None:
    """Keep that the exchange has a recording of the call `row`; once for each reference."""
    owners = await keys.load(tx, [contact_id])
    key = owners.get(contact_id)
    name = TOLD + rt.sealer.trace("recording", f"{row.id}:{told}").hex()[:32]
    if key is None or await recordings.named(tx, name) is not None:
        return
    made = await recordings.put(
        tx,
        {
            "call_id": row.id,
            "contact_id": contact_id,
            "name": name,
            "state": ELSEWHERE,
            "sealed_ref": key.seal_text("recording_ref", told),
        },
    )
    if told.lower().startswith(("https://", "http://")):
        tx.promise(JobName.FETCH_RECORDING, QueueName.OUTWARD, [made])
    tx.record("recording_told", contact_id=contact_id)


async def drop_refused(tx: Transaction, call_id: int) -> None:
    """Throw away what another exchange recorded of a call whose caller refuses it.

    What the exchange itself keeps is for its own people to delete.
    """
    gone = {"state": "refused", "reason": "caller", "deleted_at": tx.now}
    for one in await recordings.of_call(tx, call_id):
        if one.name.startswith(TOLD) and one.state != "refused":
            await recordings.change(
                tx, one.id, {**gone, "sealed_content": None, "sealed_ref": None}
            )
            tx.record("recording_refused", contact_id=one.contact_id)
