"""What became of the people whose words somebody at 111 read: their own cases of late."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from hotline.identity.viewer import Viewer
from hotline.store.tables import case_events, cases, contacts, referrals
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import open_to

OF_LATE = timedelta(days=7)
SHOWN = 60
_STEPS = ("first_contact_recorded", "check_recorded", "safety_recorded")


class Became(View, frozen=True):
    """One case and how far it came. Moments are None for what has not happened."""

    number: str
    receipt: str
    seen_at: datetime
    urgency: int
    subcategory: str
    region: str | None
    status: str
    about_child: bool
    lead: str | None
    offered_at: datetime | None
    accepted_at: datetime | None
    reached_at: datetime | None
    checked_at: datetime | None
    check_kind: str | None
    safe: bool | None
    assistance: str | None
    exception: str | None
    closed_at: datetime | None


async def of_late(tx: Transaction, viewer: Viewer) -> tuple[Became, ...]:
    """Return the cases of contacts that the viewer confirmed of late, newest first."""
    rows = await tx.rows(
        select(contacts.c.receipt, contacts.c.seen_at, *cases.c)
        .join(cases, cases.c.id == contacts.c.case_id)
        .where(
            contacts.c.seen_by == viewer.person_id,
            contacts.c.seen_at > tx.now - OF_LATE,
            open_to(viewer, contacts),
            open_to(viewer),
        )
        .order_by(contacts.c.seen_at.desc())
        .limit(SHOWN)
    )
    ids = [row.id for row in rows]
    leads = {
        row.case_id: row
        for row in await tx.rows(
            select(referrals)
            .where(referrals.c.case_id.in_(ids), referrals.c.lead)
            .order_by(referrals.c.id)
        )
    }
    steps = await tx.rows(
        select(
            case_events.c.case_id, case_events.c.event, case_events.c.at, case_events.c.data
        )
        .where(case_events.c.case_id.in_(ids), case_events.c.event.in_(_STEPS))
        .order_by(case_events.c.id)
    )
    done: dict[int, dict[str, Row[Any]]] = {}
    for step in steps:
        done.setdefault(step.case_id, {})[step.event] = step
    return tuple(_became(row, leads.get(row.id), done.get(row.id, {})) for row in rows)


def _became(row: Row[Any], lead: Row[Any] | None, done: dict[str, Row[Any]]) -> Became:
    same = "number receipt seen_at urgency subcategory region status about_child"
    reached, checked = done.get("first_contact_recorded"), done.get("check_recorded")
    safety = done.get("safety_recorded")
    return Became(
        **{name: getattr(row, name) for name in same.split()},
        check_kind=row.check_kind,
        closed_at=row.closed_at,
        lead=lead.body_id if lead is not None else None,
        offered_at=lead.offered_at if lead is not None else None,
        accepted_at=lead.accepted_at if lead is not None else None,
        reached_at=reached.at if reached is not None else None,
        checked_at=checked.at if checked is not None else row.check_at,
        safe=safety.data.get("safe") if safety is not None else None,
        assistance=row.assistance_code,
        exception=row.exception_code,
    )
