"""What an operator's page shows of their calls: masked, and numbers only before they took it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from hotline.cases.terms import CallState
from hotline.identity.viewer import Viewer
from hotline.store import calls, contacts, people
from hotline.store.opened_parts import OpenedParts, identity_of, mask_phone, opened
from hotline.store.tables import cases, contact_traces
from hotline.store.tables import contacts as contact_rows
from hotline.store.tables_channels import call_events, recordings
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import open_to

_WITH = ("answered", "held", "resumed", "transferred")  # not one that only rang at them
_LIVE = (CallState.CONNECTED, CallState.HELD)


class CallOnBar(View, frozen=True):
    """One call of the viewer. `earlier`, `open_cases`: of this number, whoever they are."""

    id: int
    pbx: str
    call_ref: str
    receipt: str
    state: str
    line: str | None
    language: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    ended: str | None
    wrap_up_until: datetime | None
    held: bool
    silent: bool
    phone: str | None  # masked; None: hidden by the caller
    earlier: int
    open_cases: int
    taken: bool
    case: str | None
    closed: bool
    recording: str | None
    recording_refused: bool

    @property
    def talking(self) -> bool:
        """Return whether they speak now."""
        return self.state in _LIVE


async def of_viewer(tx: Transaction, viewer: Viewer) -> tuple[CallOnBar, ...]:
    """Return the calls that ring at, are with, or are written up by the viewer; oldest first.

    A call that complains of the viewer is none of theirs to read about.
    """
    rows = await calls.of_operator(tx, viewer.person_id)
    return tuple([one for row in rows if (one := await of_row(tx, viewer, row))])


async def of_row(tx: Transaction, viewer: Viewer, row: Row[Any]) -> CallOnBar | None:
    """Return one call as its operator may see it; None when they may not."""
    found = await contacts.by_ids(tx, [row.contact_id])
    if not found or contacts.keeps_out(tx, found[0]):
        return None
    contact = found[0]
    parts = await opened(tx, [contact.id])
    earlier, still_open = await _known(tx, viewer, row)
    case = await tx.one(select(cases.c.number).where(cases.c.id == contact.case_id))
    made = await tx.one(
        select(recordings.c.state)
        .where(recordings.c.call_id == row.id)
        .order_by(recordings.c.id.desc())
    )
    columns = (
        "id pbx call_ref state line language started_at answered_at ended_at ended"
        " wrap_up_until silent recording_refused"
    )
    return CallOnBar(
        **{name: getattr(row, name) for name in columns.split()},
        receipt=contact.receipt,
        held=row.state == CallState.HELD,
        phone=mask_phone(phone_of(parts, contact)),
        earlier=earlier,
        open_cases=still_open,
        taken=row.answered_at is not None,
        case=case.number if case else None,
        closed=contact.state in ("closed", "spam"),
        recording=made.state if made else None,
    )


def phone_of(parts: OpenedParts, contact: Row[Any]) -> str | None:
    """Return the number that a contact called from."""
    known = parts.known(contact.id, "identity", contact.sealed_identity)
    return identity_of(known).phone if known.get("identity") else None


async def _known(tx: Transaction, viewer: Viewer, row: Row[Any]) -> tuple[int, int]:
    """Return how many contacts and open cases carry the number; a family may share it."""
    if row.caller_hash is None:
        return 0, 0
    same = (
        select(contact_rows.c.id, contact_rows.c.case_id)
        .join(contact_traces, contact_traces.c.contact_id == contact_rows.c.id)
        .where(
            contact_traces.c.kind == "phone",
            contact_traces.c.trace_hash == row.caller_hash,
            contact_rows.c.id != row.contact_id,
            open_to(viewer, contact_rows),
        )
        .subquery()
    )
    told = await tx.one(select(func.count(same.c.id.distinct()).label("n")))
    still = await tx.one(
        select(func.count().label("n"))
        .select_from(cases)
        .where(
            cases.c.id.in_(select(same.c.case_id)),
            cases.c.status != "closed",
            open_to(viewer),
        )
    )
    return (int(told.n) if told else 0), (int(still.n) if still else 0)


async def kept_out(tx: Transaction, row: Row[Any], person_id: int) -> bool:
    """Return whether a call complains of a person, who is not to be rung into it."""
    found = await contacts.by_ids(tx, [row.contact_id])
    viewer = await people.viewer(tx, person_id)
    apart = (found[0].apart if found else None) or ()
    return viewer is None or not viewer.keys.isdisjoint(apart)


async def had(
    tx: Transaction, row: Row[Any], person_id: int, *, call_id: int | None = None
) -> bool:
    """Return whether a call is, or was, with a person: a colleague may have it now.

    `row` carries the call's `operator_id`; its id too, unless `call_id` says another.
    """
    if row.operator_id == person_id:
        return True
    found = await tx.one(
        select(call_events.c.id)
        .where(
            call_events.c.call_id == (row.id if call_id is None else call_id),
            call_events.c.event.in_(_WITH),
            call_events.c.data["operator"].as_integer() == person_id,
        )
        .limit(1)
    )
    return found is not None
