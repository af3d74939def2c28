"""Who called or wrote before, asked by keyed traces of a call that is still being written down.

Nothing is stored. A contact that complains of the viewer, or whose person was forgotten, is
not there.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select, tuple_

from hotline.identity.viewer import Viewer
from hotline.store.tables import cases, contact_traces, contacts, keys
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import open_to

SHOWN = 5
_A_TRACE = 20  # newest contacts of one trace: a chain letter has thousands


class Earlier(View, frozen=True):
    """One earlier contact. `case`: the number of its case."""

    id: int
    receipt: str
    channel: str
    received_at: datetime
    urgency: int
    subcategory: str | None
    case: str | None


async def earlier_from(
    tx: Transaction, viewer: Viewer, phone: bytes, since: datetime, own: int | None
) -> tuple[int, tuple[Earlier, ...]]:
    """Return how many contacts came from a number (a keyed hash) since, and the newest."""
    there = (
        contact_traces.c.kind == "phone",
        contact_traces.c.trace_hash == phone,
        contacts.c.received_at >= since,
        contacts.c.id != (own or 0),
        open_to(viewer, contacts),
    )
    joined = contact_traces.c.contact_id == contacts.c.id
    told = await tx.one(
        select(func.count(contacts.c.id.distinct()).label("n"))
        .select_from(contacts.join(contact_traces, joined))
        .where(*there)
    )
    newest = await tx.rows(
        select(contacts.c.id)
        .join(contact_traces, joined)
        .where(*there)
        .group_by(contacts.c.id)
        .order_by(contacts.c.id.desc())
        .limit(SHOWN)
    )
    shown = await shown_of(tx, viewer, [row.id for row in newest])
    return (int(told.n) if told else 0), shown


async def sharing(tx: Transaction, traces: Collection[tuple[str, bytes]]) -> list[int]:
    """Return contacts that share any of the traces; few of each, the newest."""
    found: set[int] = set()
    for kind, hashed in traces:
        rows = await tx.rows(
            select(contact_traces.c.contact_id)
            .where(
                tuple_(contact_traces.c.kind, contact_traces.c.trace_hash) == (kind, hashed)
            )
            .order_by(contact_traces.c.contact_id.desc())
            .limit(_A_TRACE)
        )
        found |= {row.contact_id for row in rows}
    return sorted(found)


async def shown_of(
    tx: Transaction, viewer: Viewer, ids: Sequence[int]
) -> tuple[Earlier, ...]:
    """Return contacts as the desk names them, in the order of `ids`."""
    if not ids:
        return ()
    rows = await tx.rows(
        select(
            contacts.c.id,
            contacts.c.receipt,
            contacts.c.channel,
            contacts.c.received_at,
            contacts.c.urgency,
            func.coalesce(
                cases.c.subcategory, contacts.c.triage["subcategory"].as_string()
            ).label("subcategory"),
            cases.c.number.label("case"),
        )
        .join(keys, and_(keys.c.owner_id == contacts.c.id, keys.c.wrapped.is_not(None)))
        .outerjoin(cases, cases.c.id == contacts.c.case_id)
        .where(
            contacts.c.id.in_(list(ids)),
            open_to(viewer, contacts),
            or_(cases.c.id.is_(None), open_to(viewer)),
        )
    )
    by_id = {row.id: Earlier(**row._mapping) for row in rows}  # noqa: SLF001
    return tuple(by_id[one] for one in ids if one in by_id)
