"""What a line of a figure's list shows: numbers, codes and moments; never words or names
of those who asked for help.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, true

from hotline.cases.terms import ClockName
from hotline.store.figure_rows import Source, place_of_contact
from hotline.store.tables import breaches, cases, clocks, contacts, people, referrals
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View

_RUNNING = ("running", "breached")
_HOLDS = ("proposed", "offered", "accepted", "done")


class FigureLine(View, frozen=True):
    """One case, contact, offer, call or colleague; what it has not is None or empty.

    `assignee_name`: of the colleague at work on it.
    """

    case: str | None
    receipt: str | None
    urgency: int | None
    region: str | None
    subcategory: str | None
    status: str
    version: int
    body: str | None
    assignee_name: str | None
    clock: str
    clock_started_at: datetime | None
    started_at: datetime
    due_at: datetime | None
    late: bool


async def lines(
    tx: Transaction, source: Source, ids: Sequence[int]
) -> tuple[FigureLine, ...]:
    """Return the lines in the order of `ids`: of cases, contacts, or clocks of offers."""
    if not ids:
        return ()
    if source in (Source.CASES, Source.THEN):
        return await of_cases(tx, ids)
    if source is Source.OFFERS:
        return await _of_offers(tx, ids)
    return await of_contacts(tx, ids)


async def of_cases(tx: Transaction, ids: Sequence[int]) -> tuple[FigureLine, ...]:
    """Return cases with their lead, their holder and the clock that is due."""
    c = cases.c
    lead = (
        select(referrals.c.body_id)
        .where(
            referrals.c.case_id == c.id,
            referrals.c.lead,
            referrals.c.status.in_(_HOLDS),
        )
        .limit(1)
        .scalar_subquery()
    )
    due = select(clocks).where(
        clocks.c.case_id == c.id,
        clocks.c.due_at == c.due_at,
        clocks.c.state.in_(_RUNNING),
    )
    due_one = due.order_by(clocks.c.id).limit(1).lateral("due_one")
    wide = "id number version urgency region subcategory status opened_at due_at"
    rows = await tx.rows(
        select(
            *(c[name] for name in wide.split()),
            lead.label("body"),
            due_one.c.name.label("clock"),
            due_one.c.started_at,
            people.c.display_name,
        )
        .select_from(cases)
        .outerjoin(due_one, true())
        .outerjoin(people, people.c.id == c.assignee_id)
        .where(c.id.in_(list(ids)))
    )
    found = {row.id: row for row in rows}
    return tuple(_case(tx, found[i]) for i in ids if i in found)


def _case(tx: Transaction, row: Any) -> FigureLine:
    return FigureLine(
        case=row.number,
        receipt=None,
        urgency=row.urgency,
        region=row.region,
        subcategory=row.subcategory,
        status=row.status,
        version=row.version,
        body=row.body,
        assignee_name=row.display_name,
        clock=row.clock or "",
        clock_started_at=row.started_at,
        started_at=row.opened_at,
        due_at=row.due_at,
        late=row.due_at is not None and row.due_at < tx.now and row.status != "closed",
    )


async def of_contacts(tx: Transaction, ids: Sequence[int]) -> tuple[FigureLine, ...]:
    """Return contacts with the deadline by which a person must have read them."""
    c, eyes = contacts.c, clocks.alias("eyes")
    due = func.min(eyes.c.due_at).filter(eyes.c.state.in_(_RUNNING)).label("due")
    wide = "id receipt version urgency state received_at"
    rows = await tx.rows(
        select(
            *(c[name] for name in wide.split()),
            place_of_contact().label("region"),
            c.triage["subcategory"].astext.label("subcategory"),
            cases.c.number,
            due,
        )
        .outerjoin(cases, cases.c.id == c.case_id)
        .outerjoin(
            eyes, and_(eyes.c.contact_id == c.id, eyes.c.name == ClockName.HUMAN_EYES)
        )
        .where(c.id.in_(list(ids)))
        .group_by(c.id, cases.c.number)
    )
    found = {row.id: row for row in rows}
    return tuple(_contact(tx, found[i]) for i in ids if i in found)


def _contact(tx: Transaction, row: Any) -> FigureLine:
    return FigureLine(
        case=row.number,
        receipt=row.receipt,
        urgency=row.urgency,
        region=row.region,
        subcategory=row.subcategory,
        status=row.state,
        version=row.version,
        body=None,
        assignee_name=None,
        clock=ClockName.HUMAN_EYES,
        clock_started_at=row.received_at,
        started_at=row.received_at,
        due_at=row.due,
        late=row.due is not None and row.due < tx.now,
    )


async def _of_offers(tx: Transaction, ids: Sequence[int]) -> tuple[FigureLine, ...]:
    """Return the offers behind acceptance clocks: answered in time, or late."""
    k, c, b = clocks.c, cases.c, breaches.c
    body = func.coalesce(b.body_id, referrals.c.body_id).label("body")
    rows = await tx.rows(
        select(
            k.id,
            c.number,
            c.version,
            c.status,
            c.subcategory,
            k.urgency,
            k.started_at,
            k.due_at,
            body,
            b.clock_id.label("late"),
            func.coalesce(b.region, c.region).label("region"),
        )
        .outerjoin(cases, c.id == k.case_id)
        .outerjoin(referrals, referrals.c.id == k.referral_id)
        .outerjoin(breaches, b.clock_id == k.id)
        .where(k.id.in_(list(ids)))
    )
    found = {row.id: row for row in rows}
    return tuple(_offer(found[i]) for i in ids if i in found)


def _offer(row: Any) -> FigureLine:
    return FigureLine(
        case=row.number,
        receipt=None,
        urgency=row.urgency,
        region=row.region,
        subcategory=row.subcategory,
        status=row.status or "",
        version=row.version or 0,
        body=row.body,
        assignee_name=None,
        clock=ClockName.ACCEPTANCE,
        clock_started_at=row.started_at,
        started_at=row.started_at,
        due_at=row.due_at,
        late=row.late is not None,
    )
