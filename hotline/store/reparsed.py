"""Contacts whose kept bytes are parsed again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.cases.inbound import InboundKind
from hotline.cases.terms import ContactState
from hotline.errors import NotFound
from hotline.store.intake_batch import NewContact
from hotline.store.tables import contact_traces, contacts
from hotline.store.tables_channels import media, media_contents
from hotline.store.transaction import Transaction


async def after(
    tx: Transaction, channel: str, since: datetime, after_id: int, limit: int
) -> Sequence[Row[Any]]:
    """Return id, account, moment and kept bytes of the next contacts, in order of id."""
    return await tx.rows(
        select(
            contacts.c.id, contacts.c.account, contacts.c.received_at, contacts.c.sealed_raw
        )
        .where(
            contacts.c.channel == channel,
            contacts.c.received_at >= since,
            contacts.c.id > after_id,
        )
        .order_by(contacts.c.id)
        .limit(limit)
    )


async def count(tx: Transaction, channel: str, since: datetime) -> int:
    """Return how many contacts `after` goes through."""
    statement = select(func.count().label("n")).where(
        contacts.c.channel == channel, contacts.c.received_at >= since
    )
    row = await tx.one(statement)
    return int(row.n) if row else 0


async def lock(tx: Transaction, contact_id: int) -> Row[Any]:
    """Return one contact, locked. Errors: NotFound."""
    row = await tx.one(
        select(contacts).where(contacts.c.id == contact_id).with_for_update()
    )
    if row is None:
        raise NotFound("no such contact")
    return row


async def is_there(tx: Transaction, new: NewContact) -> bool:
    """Return whether the message stands in a contact of its own."""
    same = (
        contacts.c.channel == new.channel,
        contacts.c.account == new.account,
        contacts.c.external_id == new.external_id,
    )
    return await tx.one(select(contacts.c.id).where(*same)) is not None


async def bring_up(tx: Transaction, row: Row[Any], new: NewContact) -> bool:
    """Write what the bytes say now; urgency and danger only rise, states only go on.

    Return whether media were added, which are to be fetched or looked at.
    """
    read = row.kind == InboundKind.UNPARSED and new.kind != InboundKind.UNPARSED
    waits = row.state == ContactState.UNPARSED and read
    urgency = min(row.urgency, new.urgency)
    # Bodies may read what a person at 111 read and released: not these words, not yet.
    again = row.seen_at is not None and row.case_id is not None
    await tx.run(
        update(contacts)
        .where(contacts.c.id == row.id)
        .values(
            version=contacts.c.version + 1,
            external_id=new.external_id,
            kind=new.kind if read else row.kind,
            state=ContactState.RECEIVED if waits else row.state,
            occurred_at=func.coalesce(
                literal(new.occurred_at, contacts.c.occurred_at.type),
                contacts.c.occurred_at,
            ),
            lang_hint=func.coalesce(new.lang_hint, contacts.c.lang_hint),
            region_hint=func.coalesce(new.region_hint, contacts.c.region_hint),
            may_write=new.may_write,
            thread_hash=case(
                (contacts.c.thread_hash.is_(None), new.thread_hash),
                else_=contacts.c.thread_hash,
            ),
            follows_ref=func.coalesce(contacts.c.follows_ref, new.follows_ref),
            sealed_narrative=new.sealed_narrative,
            sealed_identity=new.sealed_identity,
            danger=urgency <= 1,
            danger_score=func.greatest(contacts.c.danger_score, new.danger_score),
            urgency=urgency,
            triaged_at=None,
            seen_at=None if again else row.seen_at,
            read_anew=again or row.read_anew,
        )
    )
    traces = [
        {"kind": kind, "trace_hash": found, "contact_id": row.id}
        for kind, found in new.traces
    ]
    if traces:
        await tx.run(upsert(contact_traces).on_conflict_do_nothing(), traces)
    return await _add_media(tx, row.id, new)


async def _add_media(tx: Transaction, contact_id: int, new: NewContact) -> bool:
    """Add media that were missed, with what came along; return whether there were any."""
    known = await tx.one(
        select(func.count()).select_from(media).where(media.c.contact_id == contact_id)
    )
    if not new.media or (known and known[0]):
        return False
    names = (
        "position",
        "kind",
        "state",
        "claimed_mime",
        "size",
        "sealed_ref",
        "sealed_name",
    )
    added = await tx.rows(
        insert(media)
        .values(
            [
                {"contact_id": contact_id, **{name: getattr(one, name) for name in names}}
                for one in new.media
            ]
        )
        .returning(media.c.id, media.c.position)
    )
    ids = {row.position: row.id for row in added}
    contents = [
        {"media_id": ids[one.position], "sealed_content": one.sealed_content}
        for one in new.media
        if one.sealed_content is not None
    ]
    if contents:
        await tx.run(insert(media_contents), contents)
    return True
