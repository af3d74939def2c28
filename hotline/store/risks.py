"""What is due soon or late, the most urgent first: the table that a supervisor acts on."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    SmallInteger,
    and_,
    column,
    func,
    literal_column,
    select,
    true,
    values,
)
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.terms import ClockName, Urgency
from hotline.identity.viewer import Viewer
from hotline.store.contact_lists import first_waiting
from hotline.store.tables import cases, clocks, people, referrals
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import open_to

SOON = timedelta(hours=1)
ROWS = 20
_RUNNING = ("running", "breached")


class AtRisk(View, frozen=True):
    """A case, or a contact that nobody read yet, with the clock that is due."""

    case: str | None
    receipt: str | None
    urgency: int
    region: str | None
    subcategory: str | None
    body: str | None
    assignee_name: str | None
    clock: str
    due_at: datetime
    late: bool


async def at_risk(tx: Transaction, viewer: Viewer) -> tuple[AtRisk, ...]:
    """Return at most ROWS lines, by urgency and deadline."""
    found = [*await _cases(tx, viewer), *await _contacts(tx, viewer)]
    return tuple(sorted(found, key=lambda risk: (risk.urgency, risk.due_at))[:ROWS])


async def _cases(tx: Transaction, viewer: Viewer) -> list[AtRisk]:
    """Read each level's earliest deadlines as one range of the index on open cases."""
    level = values(column("level", SmallInteger), name="levels").data(
        [(int(u),) for u in Urgency]
    )
    far: ColumnElement[datetime] = literal_column("'9999-12-31 00:00:00+00'::timestamptz")
    due = func.coalesce(cases.c.due_at, far)
    names = ("id", "number", "urgency", "region", "subcategory", "due_at", "assignee_id")
    soonest = (
        select(*(cases.c[name] for name in names))
        .where(
            cases.c.status != literal_column("'closed'"),
            cases.c.urgency == level.c.level,
            due < tx.now + SOON,
            open_to(viewer),
        )
        .order_by(cases.c.urgency, due, cases.c.id)
        .limit(ROWS)
        .lateral("soonest")
    )
    lead = (
        select(referrals.c.body_id)
        .where(
            referrals.c.case_id == soonest.c.id,
            referrals.c.lead,
            referrals.c.status.in_(("proposed", "offered", "accepted", "done")),
        )
        .limit(1)
        .scalar_subquery()
    )
    name = (
        select(clocks.c.name)
        .where(
            clocks.c.case_id == soonest.c.id,
            clocks.c.due_at == soonest.c.due_at,
            clocks.c.state.in_(_RUNNING),
        )
        .order_by(clocks.c.id)
        .limit(1)
        .scalar_subquery()
    )
    rows = await tx.rows(
        select(soonest, lead.label("body"), name.label("clock"), people.c.display_name)
        .select_from(level.join(soonest, true()))
        .outerjoin(people, people.c.id == soonest.c.assignee_id)
        .order_by(soonest.c.urgency, soonest.c.due_at, soonest.c.id)
        .limit(ROWS)
    )
    return [_of_case(tx, row) for row in rows]


def _of_case(tx: Transaction, row: Any) -> AtRisk:
    return AtRisk(
        case=row.number,
        receipt=None,
        urgency=row.urgency,
        region=row.region,
        subcategory=row.subcategory,
        body=row.body,
        assignee_name=row.display_name,
        clock=row.clock or "",
        due_at=row.due_at,
        late=row.due_at < tx.now,
    )


async def _contacts(tx: Transaction, viewer: Viewer) -> list[AtRisk]:
    """Return the head of the waiting queue where `human_eyes` is due; cases are above."""
    waiting = [row for row in await first_waiting(tx, viewer, ROWS) if row.case_id is None]
    due = await tx.rows(
        select(clocks.c.contact_id, clocks.c.due_at).where(
            and_(
                clocks.c.contact_id.in_([row.id for row in waiting]),
                clocks.c.name == ClockName.HUMAN_EYES,
                clocks.c.state.in_(_RUNNING),
                clocks.c.due_at < tx.now + SOON,
            )
        )
    )
    soon = {row.contact_id: row.due_at for row in due}
    return [
        AtRisk(
            case=None,
            receipt=row.receipt,
            urgency=row.urgency,
            region=(row.triage or {}).get("region") or row.region_hint,
            subcategory=(row.triage or {}).get("subcategory"),
            body=None,
            assignee_name=None,
            clock=ClockName.HUMAN_EYES,
            due_at=soon[row.id],
            late=soon[row.id] < tx.now,
        )
        for row in waiting
        if row.id in soon
    ]
