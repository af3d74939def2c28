"""The telephone's past as the rules of `quality.service_level` want it; no content."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
)

from hotline.cases.terms import CallState, PresenceState
from hotline.identity.viewer import Viewer
from hotline.quality.service_level import CallFacts, Span
from hotline.store.figure_rows import place_of_contact
from hotline.store.tables import cases, contacts, people
from hotline.store.tables_channels import callbacks, calls, presence_spans
from hotline.store.transaction import Transaction
from hotline.store.visibility import open_to

INTERVAL_S = 1800  # half an hour: what staffing is counted in
_WRITTEN_UP = (CallState.CLOSED,)


async def incoming(
    tx: Transaction, viewer: Viewer, begin: datetime, end: datetime, region: str = ""
) -> list[CallFacts]:
    """Return the incoming calls that began between two moments, oldest first.

    Those still waiting come too, whenever they began: somebody waits now. Calls that
    complain of the viewer are in no figure of theirs. `region`: of what was written down
    of a call; one of which nobody knows the place is in the whole country's figures alone.
    """
    waits = and_(calls.c.ended_at.is_(None), calls.c.answered_at.is_(None))
    during = and_(calls.c.started_at >= begin, calls.c.started_at < end)
    when = or_(during, waits)
    rows = await tx.rows(_chosen(viewer, and_(when, _from(region)) if region else when))
    return [_facts(row) for row in rows]


async def spans(tx: Transaction, begin: datetime, end: datetime) -> list[Span]:
    """Return what operators did, as far as it touches the time between two moments."""
    rows = await tx.rows(
        select(presence_spans).where(
            presence_spans.c.from_at < end,
            or_(presence_spans.c.to_at.is_(None), presence_spans.c.to_at > begin),
            presence_spans.c.state.in_(
                (PresenceState.READY, PresenceState.TALKING, PresenceState.WRAP_UP)
            ),
        )
    )
    return [
        Span(PresenceState(row.state), row.from_at, row.to_at or tx.now) for row in rows
    ]


async def lines(tx: Transaction, call_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return what a list shows of each call: its contact, its operator, its moments."""
    return await tx.rows(
        select(calls, contacts.c.receipt, people.c.display_name)
        .outerjoin(contacts, contacts.c.id == calls.c.contact_id)
        .outerjoin(people, people.c.id == calls.c.operator_id)
        .where(calls.c.id == any_(literal(list(call_ids), ARRAY(BigInteger))))
        .order_by(calls.c.id.desc())
    )


async def by_half_hour(
    tx: Transaction, viewer: Viewer, begin: datetime, end: datetime
) -> dict[tuple[int, int], int]:
    """Return how many calls came in, by (ISO weekday, half hour of the day) in Almaty.

    Calls that complain of the viewer are in no figure of theirs.
    """
    local = func.timezone("Asia/Almaty", calls.c.started_at)
    day = func.extract("isodow", local)
    half = func.extract("hour", local) * 2 + func.div(func.extract("minute", local), 30)
    rows = await tx.rows(
        select(day.label("day"), half.label("half"), func.count().label("n"))
        .outerjoin(contacts, contacts.c.id == calls.c.contact_id)
        .where(
            calls.c.direction == "in",
            calls.c.started_at >= begin,
            calls.c.started_at < end,
            or_(contacts.c.id.is_(None), open_to(viewer, contacts)),
        )
        .group_by(day, half)
    )
    return {(int(row.day), int(row.half)): int(row.n) for row in rows}


def _chosen(viewer: Viewer, when: ColumnElement[bool]) -> Select[Any]:
    back = (  # of these calls alone, not of all that ever were
        select(func.bool_or(callbacks.c.state == "done"))
        .where(callbacks.c.call_id == calls.c.id)
        .scalar_subquery()
    )
    return (
        select(calls, contacts.c.receipt, back.label("done"))
        .outerjoin(contacts, contacts.c.id == calls.c.contact_id)
        .where(
            calls.c.direction == "in",
            when,
            or_(contacts.c.id.is_(None), open_to(viewer, contacts)),
        )
        .order_by(calls.c.id)
    )


def _from(region: str) -> ColumnElement[bool]:
    """What people said of a call's case stands above what was known as it rang."""
    of_case = (
        select(cases.c.region).where(cases.c.id == contacts.c.case_id).scalar_subquery()
    )
    return func.coalesce(of_case, place_of_contact()) == region


def _facts(row: Row[Any]) -> CallFacts:
    written = row.wrapped_up_at or row.wrap_up_until or row.ended_at
    return CallFacts(
        call_id=row.id,
        receipt=row.receipt,
        started_at=row.started_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        done_at=written if row.ended_at and row.state in _WRITTEN_UP else None,
        called_back=bool(row.done),
        way=row.done is not None,
    )
