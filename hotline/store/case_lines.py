"""The lines of a list of cases: what its reader may know of each, and what is new to them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from hotline.cases.terms import CaseStatus, ReferralStatus
from hotline.identity.viewer import Viewer
from hotline.store import case_scope
from hotline.store.closed_facts import closed_to_helper
from hotline.store.list_parts import CaseLine
from hotline.store.tables import case_events, people, referrals
from hotline.store.tables import cases as case_rows
from hotline.store.transaction import Transaction
from hotline.store.visibility import LIVE

# What everybody who may read the case may know of: a mark must not tell of what 111 keeps
# to itself, nor of what other bodies did.
_NEWS = (
    "case_reopened",
    "case_closed",
    "urgency_changed",
    "outcome_recorded",
    "check_recorded",
    "safety_recorded",
)


async def lines(
    tx: Transaction, viewer: Viewer, ids: Sequence[int]
) -> tuple[CaseLine, ...]:
    """Return what a list shows of cases, in the order of `ids`."""
    rows = await tx.rows(
        select(case_rows, people.c.username, people.c.display_name)
        .outerjoin(people, people.c.id == case_rows.c.assignee_id)
        .where(case_rows.c.id.in_(ids))
    )
    related = await tx.rows(
        select(
            referrals.c.id,
            referrals.c.case_id,
            referrals.c.body_id,
            referrals.c.lead,
            referrals.c.status,
            referrals.c.hides,
            people.c.display_name,
        )
        .outerjoin(people, people.c.id == referrals.c.assignee_id)
        .where(referrals.c.case_id.in_(ids))
        .order_by(referrals.c.id)
    )
    by_case: dict[int, list[Row[Any]]] = {case_id: [] for case_id in ids}
    for referral in related:
        by_case[referral.case_id].append(referral)
    found = {row.id: row for row in rows}
    fresh = await unread(tx, viewer, ids)
    return tuple(
        _line(tx, viewer, found[i], by_case[i], fresh=i in fresh) for i in ids if i in found
    )


def _line(
    tx: Transaction,
    viewer: Viewer,
    row: Row[Any],
    related: Sequence[Row[Any]],
    *,
    fresh: bool,
) -> CaseLine:
    known = (ReferralStatus.PROPOSED, *LIVE) if viewer.at_111 else LIVE
    lead = next((r for r in reversed(related) if r.lead and r.status in known), None)
    own = next((r for r in reversed(related) if _own(viewer, r)), None)
    names = (
        "number version status urgency category subcategory region district language channel"
        " about_child received_at opened_at due_at regime"
    )
    late = (
        row.status != CaseStatus.CLOSED and row.due_at is not None and row.due_at < tx.now
    )
    shown = {name: getattr(row, name) for name in names.split()}
    return CaseLine(
        **(shown | _closed_facts(viewer, row, lead, related)),
        overdue=late,
        assignee=row.username,
        assignee_name=row.display_name,
        lead=lead.body_id if lead else None,
        lead_status=lead.status if lead else None,
        referral=own.id if own else None,
        referral_status=own.status if own else None,
        held=row.held if viewer.at_111 else None,
        meant_for=own.display_name if own and own.status == "offered" else None,
        fresh=fresh,
    )


def _closed_facts(
    viewer: Viewer, row: Row[Any], lead: Row[Any] | None, related: Sequence[Row[Any]]
) -> dict[str, None]:
    """Return what the viewer's purpose closes to it: nothing at 111, of a lead, of oversight."""
    overseen = row.shown_at is not None and viewer.region == row.region
    leads = lead is not None and lead.body_id in viewer.bodies
    if viewer.at_111 or leads or (case_scope.oversees(viewer) and overseen):
        return {}
    return closed_to_helper(viewer, row.subcategory, related)


async def unread(tx: Transaction, viewer: Viewer, ids: Sequence[int]) -> frozenset[int]:
    """Return those of `ids` that the viewer never opened, or not since something happened."""
    looked = (case_events.c.event == "viewed") & (
        case_events.c.actor_id == viewer.person_id
    )
    by_others = case_events.c.actor_id.is_distinct_from(viewer.person_id)
    happened = case_events.c.event.in_(_NEWS) & by_others
    seen = func.max(case_events.c.id).filter(looked)
    newest = func.coalesce(func.max(case_events.c.id).filter(happened), 0)
    rows = await tx.rows(
        select(case_events.c.case_id)
        .where(case_events.c.case_id.in_(ids), looked | happened)
        .group_by(case_events.c.case_id)
        .having(seen >= newest)
    )
    return frozenset(ids) - {int(row.case_id) for row in rows}


def _own(viewer: Viewer, referral: Row[Any]) -> bool:
    return referral.body_id in viewer.bodies and referral.status in LIVE
