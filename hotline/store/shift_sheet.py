"""The hand-over of a shift, as it stands now: all of it read with the reader's own rights."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, or_, select, union_all

from hotline.cases.terms import CaseStatus, OutboundState, ReferralStatus
from hotline.identity.viewer import Viewer
from hotline.store import contact_lists, handovers
from hotline.store.list_parts import ContactLine
from hotline.store.people import people_names
from hotline.store.tables import breaches, cases, contacts, referrals
from hotline.store.tables_channels import outbound
from hotline.store.tables_queue import contact_holds, postponements
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import open_contacts_only, open_to

SHIFT = timedelta(hours=12)  # the longest: what happened before is another shift's
SHOWN = 30
_AHEAD = ["number", "urgency", "subcategory", "region", "lead", "offered_at", "due_at"]


class CaseAhead(View, frozen=True):
    """A case that nobody has accepted yet."""

    number: str
    urgency: int
    subcategory: str
    region: str | None
    lead: str | None
    offered_at: datetime | None
    due_at: datetime | None


class Later(View, frozen=True):
    """A contact that was put off, or an answer that goes out later."""

    receipt: str
    until: datetime
    why: str | None
    by: str | None


class Late(View, frozen=True):
    """A deadline that passed in this shift."""

    clock: str
    number: str | None  # of the case, else of the contact
    is_case: bool
    due_at: datetime
    urgency: int


class Sheet(View, frozen=True):
    """What the next shift must know. `since`: when this one began."""

    since: datetime
    grave: tuple[ContactLine, ...]
    in_hand: tuple[tuple[str, str], ...]  # receipt, who has it
    unaccepted: tuple[CaseAhead, ...]
    put_off: tuple[Later, ...]
    promised: tuple[Later, ...]
    late: tuple[Late, ...]


async def begin_of(tx: Transaction) -> datetime:
    """Return when the running shift began; where nobody signs, SHIFT ago."""
    longest = tx.now - SHIFT
    return max(await handovers.began(tx) or longest, longest)


async def sheet(tx: Transaction, viewer: Viewer) -> Sheet:
    """Return the hand-over as it stands now; nothing of what complains of the viewer."""
    since = await begin_of(tx)
    return Sheet(
        since=since,
        grave=await _grave(tx, viewer),
        in_hand=await _in_hand(tx, viewer),
        unaccepted=await _unaccepted(tx, viewer),
        put_off=await _put_off(tx, viewer),
        promised=await _promised(tx, viewer),
        late=await _late(tx, viewer, since),
    )


async def _grave(tx: Transaction, viewer: Viewer) -> tuple[ContactLine, ...]:
    """Return what waits for a person and may be danger, gravest first."""
    parts = [
        select(contacts.c.id, contacts.c.urgency, contacts.c.danger_score)
        .where(part, contacts.c.urgency <= 1, open_to(viewer, contacts))
        .limit(SHOWN)
        .subquery()
        .select()
        for part in contact_lists.waiting_parts()
    ]
    both = union_all(*parts).subquery()
    rows = await tx.rows(
        select(both.c.id)
        .order_by(both.c.urgency, both.c.danger_score.desc(), both.c.id)
        .limit(SHOWN)
    )
    return await contact_lists.lines(tx, [row.id for row in rows])


async def _in_hand(tx: Transaction, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    rows = await tx.rows(
        select(contacts.c.receipt, contact_holds.c.person_id)
        .join(contacts, contacts.c.id == contact_holds.c.contact_id)
        .where(open_to(viewer, contacts), contacts.c.seen_at.is_(None))
        .order_by(contacts.c.urgency, contacts.c.id)
        .limit(SHOWN)
    )
    names = await people_names(tx, {row.person_id for row in rows})
    return tuple((row.receipt, names[row.person_id][1]) for row in rows)


async def _unaccepted(tx: Transaction, viewer: Viewer) -> tuple[CaseAhead, ...]:
    waits = (ReferralStatus.PROPOSED, ReferralStatus.OFFERED)
    rows = await tx.rows(
        select(
            *(cases.c[name] for name in ("number", "urgency", "subcategory", "region")),
            cases.c.due_at,
            referrals.c.body_id.label("lead"),
            referrals.c.offered_at,
        )
        .join(
            referrals,
            and_(
                referrals.c.case_id == cases.c.id,
                referrals.c.lead,
                referrals.c.status.in_(waits),
            ),
        )
        .where(cases.c.status.in_((CaseStatus.TRIAGE, CaseStatus.OFFERED)), open_to(viewer))
        .order_by(cases.c.urgency, cases.c.due_at, cases.c.id)
        .limit(SHOWN)
    )
    return tuple(CaseAhead(**{name: getattr(row, name) for name in _AHEAD}) for row in rows)


async def _put_off(tx: Transaction, viewer: Viewer) -> tuple[Later, ...]:
    rows = await tx.rows(
        select(
            contacts.c.receipt,
            postponements.c.until,
            postponements.c.reason,
            postponements.c.person_id,
        )
        .join(contacts, contacts.c.id == postponements.c.contact_id)
        .where(
            postponements.c.until > tx.now,
            contacts.c.seen_at.is_(None),
            contacts.c.urgency > 1,  # what became danger stands among the grave
            ~contacts.c.danger,
            open_to(viewer, contacts),
        )
        .order_by(postponements.c.until)
        .limit(SHOWN)
    )
    return await _later(tx, rows)


async def _promised(tx: Transaction, viewer: Viewer) -> tuple[Later, ...]:
    """Return what a person wrote and what goes out later: safe hours, a provider's wish."""
    rows = await tx.rows(
        select(
            contacts.c.receipt,
            outbound.c.not_before.label("until"),
            outbound.c.reason,
            outbound.c.made_by.label("person_id"),
        )
        .join(contacts, contacts.c.id == outbound.c.contact_id)
        .where(
            outbound.c.state == OutboundState.QUEUED,
            outbound.c.not_before > tx.now,
            outbound.c.made_by.is_not(None),
            open_to(viewer, contacts),
        )
        .order_by(outbound.c.not_before)
        .limit(SHOWN)
    )
    return await _later(tx, rows)


async def _later(tx: Transaction, rows: Any) -> tuple[Later, ...]:
    names = await people_names(tx, {row.person_id for row in rows})
    return tuple(
        Later(
            receipt=row.receipt,
            until=row.until,
            why=row.reason,
            by=names.get(row.person_id, (None, None))[1],
        )
        for row in rows
    )


async def _late(tx: Transaction, viewer: Viewer, since: datetime) -> tuple[Late, ...]:
    rows = await tx.rows(
        select(
            breaches.c.name,
            breaches.c.due_at,
            breaches.c.urgency,
            cases.c.number,
            contacts.c.receipt,
        )
        .outerjoin(cases, cases.c.id == breaches.c.case_id)
        .outerjoin(contacts, contacts.c.id == breaches.c.contact_id)
        .where(
            breaches.c.judged_at >= since,
            or_(cases.c.id.is_(None), open_to(viewer)),
            open_contacts_only(viewer, breaches.c.contact_id),
        )
        .order_by(breaches.c.urgency, breaches.c.due_at, breaches.c.id)
        .limit(SHOWN)
    )
    return tuple(_as_late(row) for row in rows)


def _as_late(row: Row[Any]) -> Late:
    return Late(
        clock=row.name,
        number=row.number or row.receipt,
        is_case=row.number is not None,
        due_at=row.due_at,
        urgency=row.urgency,
    )
