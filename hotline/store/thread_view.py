"""One thread as it was spoken: what a person wrote and what 111 answered, oldest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal_column, or_, select

from hotline.cases.terms import OutboundKind, OutboundState
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store import contacts as stored
from hotline.store import media
from hotline.store.contact_view import in_hand
from hotline.store.opened_parts import OpenedParts, opened
from hotline.store.people import people_names
from hotline.store.shared_view import SharedView, shared_view
from hotline.store.tables import contacts
from hotline.store.tables_channels import outbound
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import open_to

OF_LATE = timedelta(days=3)
SHOWN = 60  # of each side; older ones stand on their own contacts' pages


class Spoken(View, frozen=True):
    """One message of a thread. `text` is None where it was forgotten."""

    incoming: bool
    id: int | None  # of an outgoing one
    receipt: str | None  # of an incoming one
    at: datetime
    text: str | None
    state: str
    kind: str
    wording: str | None = None
    reason: str | None = None
    by: str | None = None
    not_before: datetime | None = None
    attempts: int = 0
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    amends: str | None = None  # the receipt of the message that this one is an edit of
    language: str | None = None
    shared: SharedView | None = None  # a place, cards: what came beside the words
    pictures: int = 0  # or files
    sounds: int = 0


class Thread(View, frozen=True):
    """A contact's thread, as 111 sees it."""

    items: tuple[Spoken, ...]


async def thread_view(
    tx: Transaction, viewer: Viewer, receipt: str, number_key: bytes
) -> Thread:
    """Return the thread of one contact. Errors: NotFound outside 111."""
    if not viewer.at_111:
        raise NotFound("no such contact")
    row = await stored.by_receipt(tx, receipt, number_key)
    came = await tx.rows(
        select(*stored.BRIEF)
        .where(of_thread(row), open_to(viewer, contacts))
        .order_by(contacts.c.id.desc())
        .limit(SHOWN)
    )
    went = await written_to(tx, [one.id for one in came])
    parts = await opened(tx, {one.id for one in came})
    names = await people_names(tx, {one.made_by for one in went} - {None})
    known = {(one.account, one.external_id): one.receipt for one in came}
    masked = not in_hand(viewer, row)
    files = await media.counted(tx, [one.id for one in came])
    both = [_came(parts, one, known, files, masked=masked) for one in came]
    both += [_went(parts, one, names.get(one.made_by, (None, None))[1]) for one in went]
    return Thread(
        tuple(sorted(both, key=lambda one: (one.at, not one.incoming, one.id or 0)))
    )


async def written_to(tx: Transaction, contact_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return what was written to these contacts, newest first."""
    return await tx.rows(
        select(outbound)
        .where(outbound.c.contact_id.in_(contact_ids))
        .order_by(outbound.c.id.desc())
        .limit(SHOWN)
    )


class Unsettled(View, frozen=True):
    """A message of which a person must find out what became of it, or write otherwise."""

    receipt: str
    channel: str
    kind: str
    state: str
    reason: str | None
    at: datetime


async def unsettled(tx: Transaction, viewer: Viewer) -> tuple[Unsettled, ...]:
    """Return what is uncertain; of late, what failed and what a person wrote and never went.

    Nothing outside 111.
    """
    if not viewer.at_111:
        return ()
    failed, uncertain, unsent = (  # literal, as in the index
        outbound.c.state == literal_column(f"'{state}'")
        for state in (
            OutboundState.FAILED,
            OutboundState.UNCERTAIN,
            OutboundState.SUPPRESSED,
        )
    )
    of_a_person = outbound.c.kind.in_((OutboundKind.REPLY, OutboundKind.TEMPLATE))
    late = or_(failed, unsent & of_a_person) & (outbound.c.made_at > tx.now - OF_LATE)
    rows = await tx.rows(
        select(outbound, contacts.c.receipt)
        .join(contacts, contacts.c.id == outbound.c.contact_id)
        .where(
            or_(uncertain, late),
            open_to(viewer, contacts),
        )
        .order_by(outbound.c.id.desc())
        .limit(SHOWN)
    )
    return tuple(
        Unsettled(
            receipt=row.receipt,
            channel=row.channel,
            kind=row.kind,
            state=row.state,
            reason=row.reason,
            at=row.made_at,
        )
        for row in rows
    )


class Newest(View, frozen=True):
    """The end of a thread as somebody saw it: what a reply is bound to."""

    receipt: str  # of the newest message of the person
    answered: int  # the newest answer of a person at 111; 0: none yet
    answered_by: int | None = None

    @property
    def seen(self) -> str:
        """Return what a form carries of it."""
        return f"{self.receipt}:{self.answered}"


async def newest(tx: Transaction, viewer: Viewer, contact: Row[Any]) -> Newest:
    """Return the end of the thread of `contact`, as far as the viewer may know of it."""
    came = await tx.one(
        select(contacts.c.receipt)
        .where(of_thread(contact), open_to(viewer, contacts))
        .order_by(contacts.c.received_at.desc(), contacts.c.id.desc())
        .limit(1)
    )
    ids = select(contacts.c.id).where(of_thread(contact), open_to(viewer, contacts))
    went = await tx.one(
        select(outbound.c.id, outbound.c.made_by)
        .where(outbound.c.contact_id.in_(ids), outbound.c.made_by.is_not(None))
        .order_by(outbound.c.id.desc())
        .limit(1)
    )
    return Newest(
        receipt=came.receipt if came is not None else contact.receipt,
        answered=went.id if went is not None else 0,
        answered_by=went.made_by if went is not None else None,
    )


async def triaged(
    tx: Transaction, receipts: Sequence[str]
) -> list[tuple[str, Mapping[str, Any] | None]]:
    """Return (receipt, what triage said) of messages that the viewer was shown before."""
    rows = await tx.rows(
        select(contacts.c.receipt, contacts.c.triage).where(
            contacts.c.receipt.in_(list(receipts))
        )
    )
    return [(row.receipt, row.triage) for row in rows]


async def heard_at(tx: Transaction, contact: Row[Any]) -> datetime | None:
    """Return when the person last wrote in the thread of `contact`."""
    row = await tx.one(
        select(func.max(contacts.c.received_at).label("at")).where(of_thread(contact))
    )
    return None if row is None else row.at


async def policy_row(tx: Transaction, contact: Row[Any]) -> Row[Any] | None:
    """Return the contact of the thread with which a person last recorded how to write."""
    return await tx.one(
        select(*stored.BRIEF)
        .where(of_thread(contact), contacts.c.policy_at.is_not(None))
        .order_by(contacts.c.policy_at.desc(), contacts.c.id.desc())
        .limit(1)
    )


def of_thread(row: Row[Any]) -> ColumnElement[bool]:
    """Return whether a contact is of the thread of `row`: one account, or one receipt."""
    first = row.follows_id or row.id
    same = [contacts.c.id == first, contacts.c.follows_id == first]
    if row.thread_hash is not None:
        same.append(contacts.c.thread_hash == row.thread_hash)
    return or_(*same)


def _came(
    parts: OpenedParts,
    row: Row[Any],
    known: Mapping[tuple[str, str], str],
    files: Mapping[tuple[int, bool], int],
    *,
    masked: bool,
) -> Spoken:
    amends = known.get((row.account, row.follows_ref)) if row.kind == "edit" else None
    return Spoken(
        incoming=True,
        id=None,
        receipt=row.receipt,
        at=row.received_at,
        text=parts.text(row.id, "narrative", row.sealed_narrative),
        state=row.state,
        kind=row.kind,
        amends=amends,
        language=row.language or row.lang_hint,
        shared=shared_view(
            parts.known(row.id, "identity", row.sealed_identity), masked=masked
        ),
        pictures=files.get((row.id, False), 0),
        sounds=files.get((row.id, True), 0),
    )


def _went(parts: OpenedParts, row: Row[Any], by: str | None) -> Spoken:
    same = "wording reason not_before attempts sent_at delivered_at read_at state kind id"
    return Spoken(
        incoming=False,
        receipt=None,
        at=row.made_at,
        text=parts.text(row.contact_id, "outbound", row.sealed_text),
        by=by,
        **{name: getattr(row, name) for name in same.split()},
    )
