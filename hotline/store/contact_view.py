"""Reading one contact: people at 111 only."""

from typing import Any

from sqlalchemy import Row, and_, or_, select

from hotline.cases.terms import Role
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store import contacts, sites, view_build
from hotline.store.case_view import ENDED
from hotline.store.cases import number_of_case
from hotline.store.opened_parts import identity_of, opened
from hotline.store.people import people_names
from hotline.store.tables import cases, clocks, contact_traces
from hotline.store.tables import contacts as contact_rows
from hotline.store.transaction import Transaction
from hotline.store.view_parts import ContactView, EarlierContact
from hotline.store.visibility import open_to

EARLIER = 10  # of one thread or number; more would tell nobody anything


async def contact_view(
    tx: Transaction,
    viewer: Viewer,
    receipt: str,
    number_key: bytes,
    *,
    revealed: bool = False,
) -> ContactView:
    """Return a contact with its words. Errors: NotFound outside 111."""
    if not viewer.at_111:
        raise NotFound("no such contact")
    row = await contacts.by_receipt(tx, receipt, number_key)
    parts = await opened(tx, [row.id])
    narrative = parts.text(row.id, "narrative", row.sealed_narrative)
    known = parts.known(row.id, "identity", row.sealed_identity)
    unmasked = revealed or in_hand(viewer, row)
    ran = await tx.rows(
        select(clocks).where(clocks.c.contact_id == row.id).order_by(clocks.c.id)
    )
    names = await people_names(tx, {row.seen_by} - {None})
    columns = (
        "receipt version state channel account kind received_at occurred_at screened anonymous"
        " wish happens"
        " region_hint site urgency danger danger_score language seen_at wrap_up closed_at"
    )
    return ContactView(
        **{name: getattr(row, name) for name in columns.split()},
        site_names=await _site_names(tx, row),
        goes_on=row.joined_by_rule or row.read_anew,
        read_anew=row.read_anew,
        triage=view_build.triage_view(row, narrative),
        case=await number_of_case(tx, row.case_id),
        narrative=narrative,
        forgotten=parts.forgotten(row.id),
        identity=view_build.identity_view(row, known, masked=not unmasked),
        reach=view_build.reach_view(known),
        complaint_about=tuple(known.get("complaint_about") or ()),
        marks=tuple(identity_of(known).extra.get("marks") or ()),
        clocks=view_build.clock_views(ran),
        seen_by=names.get(row.seen_by, (None, None))[0],
        wrap_up_note=parts.text(row.id, "wrap_up", row.sealed_wrap_up_note),
        earlier=await _earlier(tx, viewer, row),
    )


async def _site_names(tx: Transaction, row: Row[Any]) -> tuple[str, str] | None:
    if row.site is None:
        return None
    known = (await sites.by_ids(tx, [row.site])).get(row.site)
    return None if known is None else (known.name_kk, known.name_ru)


def in_hand(viewer: Viewer, row: Row[Any]) -> bool:
    """Return whether this operator has the contact in hand: it waits, or is theirs."""
    return (
        viewer.role is Role.OPERATOR
        and row.state not in ENDED
        and row.seen_by in (None, viewer.person_id)
    )


async def _earlier(
    tx: Transaction, viewer: Viewer, row: Row[Any]
) -> tuple[EarlierContact, ...]:
    """Return other contacts of the same thread, number or name, newest first."""
    own = select(contact_traces.c.kind, contact_traces.c.trace_hash).where(
        contact_traces.c.contact_id == row.id, contact_traces.c.kind == "phone"
    )
    mine, other = own.subquery(), contact_traces.alias("other")
    same_number = select(other.c.contact_id).join(
        mine,
        and_(other.c.kind == mine.c.kind, other.c.trace_hash == mine.c.trace_hash),
    )
    same = [contact_rows.c.id.in_(same_number)]
    if row.thread_hash is not None:
        same.append(contact_rows.c.thread_hash == row.thread_hash)
    found = await tx.rows(
        select(
            contact_rows.c.receipt,
            contact_rows.c.channel,
            contact_rows.c.received_at,
            contact_rows.c.state,
            cases.c.number,
        )
        .outerjoin(cases, cases.c.id == contact_rows.c.case_id)
        .where(or_(*same), contact_rows.c.id != row.id, open_to(viewer, contact_rows))
        .order_by(contact_rows.c.id.desc())
        .limit(EARLIER)
    )
    return tuple(
        EarlierContact(
            receipt=other_row.receipt,
            channel=other_row.channel,
            received_at=other_row.received_at,
            state=other_row.state,
            case=other_row.number,
        )
        for other_row in found
    )
