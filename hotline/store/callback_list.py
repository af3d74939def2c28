"""Call-backs as the desk sees them: masked until somebody has taken one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store import contacts
from hotline.store.opened_parts import OpenedParts, identity_of, mask_phone, opened
from hotline.store.people import people_names
from hotline.store.tables import contacts as contact_rows
from hotline.store.tables_channels import callbacks, calls
from hotline.store.transaction import Transaction
from hotline.store.view_build import reach_view
from hotline.store.view_parts import View
from hotline.store.visibility import open_to

MOST = 100


class CallbackLine(View, frozen=True):
    """One call-back. `phone`, `code_word`: the number in full and the word once it is mine.

    `still_safe`: whoever may be called said so, and said nothing else since.
    """

    id: int
    receipt: str
    made_at: datetime
    waited_from: datetime | None
    gave_up_at: datetime | None
    next_at: datetime | None
    tries: int
    mine: bool
    taken_by: str | None
    phone: str | None
    hours: str | None
    code_word: str | None
    has_word: bool
    language: str | None
    still_safe: bool


async def waiting(tx: Transaction, viewer: Viewer) -> tuple[CallbackLine, ...]:
    """Return the open call-backs, the one that is due first; none that complains of the viewer."""
    rows = await tx.rows(
        select(
            callbacks,
            contact_rows.c.receipt,
            contact_rows.c.sealed_identity,
            contact_rows.c.language.label("spoken"),
            calls.c.started_at,
            calls.c.ended_at.label("call_ended_at"),
        )
        .join(contact_rows, contact_rows.c.id == callbacks.c.contact_id)
        .outerjoin(calls, calls.c.id == callbacks.c.call_id)
        .where(callbacks.c.state == "open", open_to(viewer, contact_rows))
        .order_by(callbacks.c.next_at, callbacks.c.id)
        .limit(MOST)
    )
    parts = await opened(tx, [row.contact_id for row in rows])
    names = await people_names(tx, {row.taken_by for row in rows} - {None})
    return tuple(_line(row, viewer, parts, names) for row in rows)


async def hold(tx: Transaction, callback_id: int) -> Row[Any]:
    """Return an open or ended call-back, locked. Errors: NotFound, also for a conflict."""
    row = await tx.one(
        select(callbacks).where(callbacks.c.id == callback_id).with_for_update()
    )
    if row is None:
        raise NotFound("no such call-back")
    found = await contacts.by_ids(tx, [row.contact_id])
    if not found or contacts.keeps_out(tx, found[0]):
        raise NotFound("no such call-back")
    return row


async def change(tx: Transaction, callback_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of one call-back."""
    await tx.run(
        update(callbacks).where(callbacks.c.id == callback_id).values(**dict(values))
    )


def _line(
    row: Row[Any], viewer: Viewer, parts: OpenedParts, names: Mapping[int, Any]
) -> CallbackLine:
    known = parts.known(row.contact_id, "identity", row.sealed_identity)
    phone = identity_of(known).phone if known.get("identity") else None
    mine = row.taken_by == viewer.person_id
    reach = reach_view(known)
    columns = "id receipt made_at next_at tries"
    return CallbackLine(
        **{name: getattr(row, name) for name in columns.split()},
        waited_from=row.started_at,
        gave_up_at=row.call_ended_at,
        mine=mine,
        taken_by=names.get(row.taken_by, (None, None))[1],
        phone=phone if mine else mask_phone(phone),
        hours=reach.hours,
        code_word=reach.code_word if mine else None,
        has_word=bool(reach.code_word),
        language=row.spoken,
        still_safe=reach.may_call,
    )
