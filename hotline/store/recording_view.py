"""Recordings as those who may hear them see them, and the ledger of who opened which."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from hotline.cases.terms import Role
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store import call_bar, contacts, keys
from hotline.store.tables import people
from hotline.store.tables_channels import calls, openings, recordings
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View

KEPT = "stored"


class OpenedBy(View, frozen=True):
    """One opening. `reason`: a code."""

    at: datetime
    name: str
    reason: str | None


class RecordingLine(View, frozen=True):
    """One recording, or the word that the caller refused it. `own`: the viewer had the call."""

    id: int
    call_id: int
    state: str
    started_at: datetime
    seconds: int | None
    keep_until: datetime | None
    deleted_at: datetime | None
    own: bool
    opened_by: tuple[OpenedBy, ...]

    @property
    def kept(self) -> bool:
        """Return whether there is something to hear."""
        return self.state == KEPT


async def of_contact(
    tx: Transaction, viewer: Viewer, receipt: str, number_key: bytes
) -> tuple[RecordingLine, ...]:
    """Return a contact's recordings that the viewer may know of, oldest first.

    Errors: NotFound for a contact that they may not know of.
    """
    contact = await contacts.by_receipt(tx, receipt, number_key)
    rows = await tx.rows(
        select(*_columns())
        .join(calls, calls.c.id == recordings.c.call_id)
        .where(recordings.c.contact_id == contact.id)
        .order_by(recordings.c.id)
    )
    lines = []
    for row in rows:
        own = await call_bar.had(tx, row, viewer.person_id, call_id=row.call_id)
        if own or viewer.role is Role.SUPERVISOR:
            lines.append(await _line(tx, row, own=own))
    return tuple(lines)


async def refused(tx: Transaction, viewer: Viewer, receipt: str, number_key: bytes) -> bool:
    """Return whether a caller of this contact refused to be recorded. Errors: NotFound."""
    contact = await contacts.by_receipt(tx, receipt, number_key)
    row = await tx.one(
        select(calls.c.id)
        .where(calls.c.contact_id == contact.id, calls.c.recording_refused)
        .limit(1)
    )
    return viewer.at_111 and row is not None


async def hearable(
    tx: Transaction, viewer: Viewer, recording_id: int
) -> tuple[RecordingLine, Row[Any]]:
    """Return a recording that the viewer may hear, and its contact.

    Errors: NotFound for who may not, and for what is not there (any more).
    """
    row = await tx.one(
        select(*_columns())
        .join(calls, calls.c.id == recordings.c.call_id)
        .where(recordings.c.id == recording_id)
    )
    if row is None or row.state != KEPT or row.contact_id is None:
        raise NotFound("no such recording")
    found = await contacts.by_ids(tx, [row.contact_id])
    if not found or contacts.keeps_out(tx, found[0]) or not viewer.at_111:
        raise NotFound("no such recording")
    own = await call_bar.had(tx, row, viewer.person_id, call_id=row.call_id)
    over = row.keep_until is not None and row.keep_until <= tx.now
    if over or not (own or viewer.role is Role.SUPERVISOR):
        raise NotFound("no such recording")
    return await _line(tx, row, own=own), found[0]


async def put_opening(
    tx: Transaction, person_id: int, recording_id: int, reason: str
) -> int:
    """Write who opens a recording and why; return the opening's id."""
    row = await tx.one(
        insert(openings)
        .values(at=tx.now, person_id=person_id, recording_id=recording_id, reason=reason)
        .returning(openings.c.id)
    )
    if row is None:
        raise RuntimeError("an opening that was written is not there")
    return int(row.id)


async def opening(tx: Transaction, opening_id: int, person_id: int) -> Row[Any]:
    """Return a person's own opening of a recording. Errors: NotFound."""
    row = await tx.one(
        select(openings).where(
            openings.c.id == opening_id,
            openings.c.person_id == person_id,
            openings.c.recording_id.is_not(None),
        )
    )
    if row is None:
        raise NotFound("no such opening")
    return row


async def sound(tx: Transaction, recording_id: int, contact_id: int) -> bytes:
    """Return what was recorded. Errors: NotFound when it or its person was forgotten."""
    row = await tx.one(
        select(recordings.c.sealed_content).where(recordings.c.id == recording_id)
    )
    if row is None or row.sealed_content is None:
        raise NotFound("no such recording")
    key = await keys.load_one(tx, contact_id)
    return key.open("recording", row.sealed_content)


def _columns() -> list[Any]:
    brief = [column for column in recordings.c if column.name != "sealed_content"]
    return [*brief, calls.c.operator_id]


async def _line(tx: Transaction, row: Row[Any], *, own: bool) -> RecordingLine:
    opened = await tx.rows(
        select(openings.c.at, openings.c.reason, people.c.display_name)
        .join(people, people.c.id == openings.c.person_id)
        .where(openings.c.recording_id == row.id)
        .order_by(openings.c.id.desc())
        .limit(20)
    )
    columns = "id call_id state started_at seconds keep_until deleted_at"
    return RecordingLine(
        **{name: getattr(row, name) for name in columns.split()},
        own=own,
        opened_by=tuple(
            OpenedBy(at=one.at, name=one.display_name, reason=one.reason) for one in opened
        ),
    )
