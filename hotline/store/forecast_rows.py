"""What a forecast of breaches learns from and is asked about: moments, codes and bodies."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, func, literal_column, or_, select
from sqlalchemy.sql.elements import ColumnElement

from hotline.identity.viewer import Viewer
from hotline.store.tables import cases, clocks, referrals
from hotline.store.transaction import Transaction
from hotline.store.visibility import visible_to

MOST_PAST = 20_000  # the newest clocks that came to an end
MOST_OPEN = 5_000  # the soonest deadlines that are forecast in one go
AT_111 = "own-111"  # who works on what no body has yet
_LEADS = ("proposed", "offered", "accepted", "done")
# Literals, not parameters: only so does the planner know its partial index fits.
_RUNNING = clocks.c.state == literal_column("'running'")
_OF_A_CASE = clocks.c.case_id.is_not(None)


def _body() -> ColumnElement[str]:
    """Return with whom a clock is: the referral's body, the case's lead, or 111."""
    own = (
        select(referrals.c.body_id)
        .where(referrals.c.id == clocks.c.referral_id)
        .scalar_subquery()
    )
    lead = (
        select(referrals.c.body_id)
        .where(
            referrals.c.case_id == clocks.c.case_id,
            referrals.c.lead,
            referrals.c.status.in_(_LEADS),
        )
        .order_by(referrals.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    of_111 = clocks.c.name.in_(("human_eyes", "acknowledgement", "emergency_handoff"))
    return case((of_111, AT_111), else_=func.coalesce(own, lead, AT_111)).label("body")


async def past(tx: Transaction, span: timedelta) -> Sequence[Row[Any]]:
    """Return the newest clocks whose deadline has passed, met or not, in the last `span`.

    What was met before a deadline that still lies ahead is left out: those that were not met
    are not known yet, and the rest would look quicker than it is. A clock that was cancelled
    before it fell due says nothing.
    """
    known = or_(clocks.c.met_at.is_not(None), clocks.c.state.in_(("running", "breached")))
    return await tx.rows(
        select(
            clocks.c.name,
            clocks.c.urgency,
            _body(),
            clocks.c.started_at,
            clocks.c.due_at,
            clocks.c.met_at,
        )
        .where(known, _OF_A_CASE, clocks.c.due_at <= tx.now)
        .where(clocks.c.started_at >= tx.now - span)
        .where(clocks.c.due_at > clocks.c.started_at)
        .order_by(clocks.c.id.desc())
        .limit(MOST_PAST)
    )


async def open_now(tx: Transaction, viewer: Viewer, until: datetime) -> Sequence[Row[Any]]:
    """Return running clocks of cases that fall due by `until`, soonest first.

    Only of cases that the viewer may know of, so that no count tells of another.
    """
    return await tx.rows(
        select(
            clocks.c.name,
            clocks.c.urgency,
            _body(),
            clocks.c.started_at,
            clocks.c.due_at,
            cases.c.number,
            cases.c.region,
            cases.c.subcategory,
        )
        .join(cases, cases.c.id == clocks.c.case_id)
        .where(
            _RUNNING,
            _OF_A_CASE,
            clocks.c.due_at > tx.now,
            clocks.c.due_at <= until,
            visible_to(viewer),
        )
        .order_by(clocks.c.due_at, clocks.c.id)
        .limit(MOST_OPEN)
    )


async def load_now(tx: Transaction) -> dict[str, int]:
    """Return how many clocks each body has open: what a forecast calls its load."""
    counted = (
        select(_body())
        .where(_RUNNING, _OF_A_CASE, clocks.c.due_at > tx.now)
        .limit(MOST_PAST)
        .subquery()
    )
    rows = await tx.rows(
        select(counted.c.body, func.count().label("n")).group_by(counted.c.body)
    )
    return {row.body: int(row.n) for row in rows}
