"""Use case: what was kept of a contact is parsed again, after a parser was mended."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from hotline.actions.receive_contact import as_contact, receive_contact
from hotline.cases.inbound import Inbound, InboundKind
from hotline.cases.terms import JobName, QueueName
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.store import keys, notices, reparsed
from hotline.store.intake_batch import NewContact
from hotline.store.sealing import OwnerKey
from hotline.store.transaction import Nudge, Transaction

REPLAY = Machine("replay")
BATCH = 200


@dataclass(frozen=True, slots=True)
class KeptRaw:
    """What came in once: the bytes as they came, and where."""

    id: int
    account: str
    received_at: datetime
    raw: bytes


class Again(StrEnum):
    """What became of one contact."""

    SAME = "same"  # the parser says what it said
    CHANGED = "changed"  # it says more, or other words: kept, and read again
    UNREADABLE = "unreadable"  # still
    ELSEWHERE = "elsewhere"  # its message stands in another contact already
    NOT_OURS = "not_ours"  # the parser now says that it is no message; left as it is


async def count_raws(rt: Runtime, channel: str, since: datetime) -> int:
    """Return how many contacts of `channel` were received from `since` on."""
    async with rt.transaction(REPLAY) as tx:
        return await reparsed.count(tx, channel, since)


async def kept_raws(
    rt: Runtime, channel: str, since: datetime, after: int
) -> tuple[list[KeptRaw], int | None]:
    """Return the next contacts of `channel` received from `since` on, and after which to go on.

    In order of id; forgotten ones are passed over. None: there are no more.
    """
    async with rt.transaction(REPLAY) as tx:
        rows = await reparsed.after(tx, channel, since, after, BATCH)
        owners = await keys.load(tx, [row.id for row in rows])
    kept = [
        KeptRaw(
            row.id, row.account, row.received_at, owners[row.id].open("raw", row.sealed_raw)
        )
        for row in rows
        if row.id in owners and row.sealed_raw is not None
    ]
    return kept, rows[-1].id if rows else None


async def parse_again(
    rt: Runtime, contact_id: int, heard: Sequence[Inbound]
) -> tuple[Again, int]:
    """Bring one contact up to what its bytes say now; return what became of it, and of new ones.

    What else the bytes hold is received as any message: it is new only where it was missed.
    Run twice, it changes nothing. Nothing is ever taken away, urgency is only raised, and
    where a person has read the old words 111 is told.
    """
    async with rt.transaction(REPLAY) as tx:
        row = await reparsed.lock(tx, contact_id)
        key = await keys.load_one(tx, contact_id)
        made = [as_contact(rt, one, row.received_at, key, b"") for one in heard]
        own = _own(row, made)
        if own is None:
            # None of them may be new: a parser that names its messages otherwise would
            # double every one of them.
            done = Again.UNREADABLE if row.kind == InboundKind.UNPARSED else Again.NOT_OURS
            others = []
        else:
            done = await _bring_up(tx, row, key, _as_asked(row, key, made[own]))
            others = [one for index, one in enumerate(heard) if index != own]
    kept = [await receive_contact(rt, one) for one in others]
    return done, sum(one.fresh for one in kept)


def _own(row: Any, made: Sequence[NewContact]) -> int | None:
    """Return which of the messages is this contact's own: by key, or the first readable."""
    for index, one in enumerate(made):
        if one.external_id == row.external_id:
            return index
    if row.kind != InboundKind.UNPARSED:
        return None
    readable = (i for i, one in enumerate(made) if one.kind != InboundKind.UNPARSED)
    return next(readable, None)


def _as_asked(row: Any, key: OwnerKey, new: NewContact) -> NewContact:
    """Return `new` with what a person at 111 recorded of how somebody may be reached.

    Bytes know less of that than who asked: what they say would take a code word away.
    """
    if row.policy_at is None:
        return new
    asked, known = (
        json.loads(key.open_text("identity", sealed) or "{}")
        for sealed in (row.sealed_identity, new.sealed_identity)
    )
    known["policy"] = asked.get("policy")
    try:
        told = msgspec.json.encode(known)
    except UnicodeEncodeError:  # half a surrogate pair in a name
        told = json.dumps(known).encode()
    sealed = key.seal("identity", told)
    return msgspec.structs.replace(new, sealed_identity=sealed, may_write=row.may_write)


async def _bring_up(tx: Transaction, row: Any, key: Any, new: NewContact) -> Again:
    if new.kind == InboundKind.UNPARSED and row.kind == InboundKind.UNPARSED:
        return Again.UNREADABLE
    if new.external_id != row.external_id and await reparsed.is_there(tx, new):
        return Again.ELSEWHERE
    if row.kind == new.kind and not _differs(row, key, new):
        return Again.SAME
    if await reparsed.bring_up(tx, row, new):
        tx.promise(JobName.FETCH_MEDIA, QueueName.OUTWARD, [row.id])
    tx.promise(
        JobName.TRIAGE_CONTACT, QueueName.URGENT if new.danger else QueueName.BULK, [row.id]
    )
    tx.record("contact_parsed_again", contact_id=row.id, case_id=row.case_id)
    if row.seen_at is not None or row.case_id is not None:
        notices.put(
            tx,
            notices.SHIFT,
            "contact_parsed_again",
            contact_id=row.id,
            case_id=row.case_id,
        )
    tx.nudge(Nudge("contact"))
    return Again.CHANGED


def _differs(row: Any, key: Any, new: NewContact) -> bool:
    """Return whether words or person read otherwise now; seals never look alike."""
    pairs = (
        ("narrative", row.sealed_narrative, new.sealed_narrative),
        ("identity", row.sealed_identity, new.sealed_identity),
    )
    return any(key.open_text(part, a) != key.open_text(part, b) for part, a, b in pairs)
