"""Pages of cases: keyset paging, so that page one thousand costs what page one does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, func, select

from hotline.cases.terms import CaseStatus, ReferralStatus
from hotline.errors import RejectedInbound
from hotline.identity.viewer import Viewer
from hotline.store import case_scope, case_sources, counters, search
from hotline.store.case_sources import OpenKey, Source
from hotline.store.closed_facts import closed_to_helper
from hotline.store.cursors import pack, unpack
from hotline.store.list_parts import CaseFilter, CaseLine, CasePage
from hotline.store.tables import cases as case_rows
from hotline.store.tables import people, referrals
from hotline.store.transaction import Transaction
from hotline.store.visibility import LIVE, closed_to

_OPEN, _CLOSED = "o", "c"


async def cases(
    tx: Transaction,
    viewer: Viewer,
    asked: CaseFilter,
    *,
    number_key: bytes,
    cursor: str | None = None,
    limit: int = 50,
) -> CasePage:
    """Return one page of the cases that `viewer` may know of: open by urgency, then closed.

    Errors: RejectedInbound for a cursor or a tab that is none of ours.
    """
    if asked.tab is not None and asked.tab not in case_scope.TABS:
        raise RejectedInbound("no such tab", code="unknown_tab", field="tab")
    found = None
    if asked.q is not None and asked.q.strip():
        found = await search.case_ids(tx, viewer, asked.q, number_key)
    made_of = case_scope.sources(viewer, asked, tx.now, found)
    after, before = _where_from(cursor)
    keys: list[tuple[Any, ...]] = []  # the sort key of each line, as cursors hold it
    if made_of and case_scope.has_open(asked) and before is None:
        page = case_sources.open_page(made_of, after, limit + 1)
        keys += [(_OPEN, r.urgency, r.due, r.id) for r in await tx.rows(page)]
    if made_of and case_scope.has_closed(asked) and len(keys) <= limit:
        room = limit + 1 - len(keys)
        shut = case_sources.closed_page(made_of, before, room)
        keys += [(_CLOSED, r.id) for r in await tx.rows(shut)]
    shown = keys[:limit]
    return CasePage(
        items=await _lines(tx, viewer, [key[-1] for key in shown]),
        next_cursor=pack(*shown[-1]) if len(keys) > limit else None,
        total=await _total(tx, viewer, asked, made_of, searched=found is not None),
    )


def _where_from(cursor: str | None) -> tuple[OpenKey | None, int | None]:
    """Return after which open key, or below which closed id, the page begins."""
    if not cursor:
        return None, None
    try:
        kind, urgency, due, case_id = unpack(cursor, str, int, datetime, int)
    except RejectedInbound:
        kind, case_id = unpack(cursor, str, int)
        if kind == _CLOSED:
            return None, case_id
    else:
        if kind == _OPEN and urgency in range(5):
            return (urgency, due, case_id), None
    raise RejectedInbound(
        "this cursor is not one of ours", code="bad_cursor", field="cursor"
    )


async def _total(
    tx: Transaction,
    viewer: Viewer,
    asked: CaseFilter,
    made_of: Sequence[Source],
    *,
    searched: bool,
) -> int:
    """Return how many cases the list holds: from counters where they know, else counted."""
    if not made_of:
        return 0
    plain = not (searched or asked.category or asked.overdue is not None)
    if plain and viewer.at_111 and asked.body is None:
        known = await counters_of_cases(tx, viewer, asked.region)
        return sum(n for key, n in known.items() if _is_asked(asked, *key))
    only = made_of[0]
    if plain and len(made_of) == 1 and len(only.bodies or ()) == 1:
        of_body = await _of_body(tx, viewer, asked, only)
        if of_body is not None:
            return of_body
    opened = made_of if case_scope.has_open(asked) else ()
    closed = made_of if case_scope.has_closed(asked) else ()
    row = await tx.one(case_sources.counted(opened, closed))
    return int(row[0]) if row else 0


def _is_asked(asked: CaseFilter, region: str, status: str, urgency: str) -> bool:
    statuses = case_scope.STATUSES.get(asked.tab or "")
    return (
        asked.region in (None, region)
        and (
            asked.status in (None, status)
            or (asked.status == "open" and status != "closed")
        )
        and asked.urgency in (None, int(urgency))
        and (statuses is None or status in statuses)
    )


async def _of_body(
    tx: Transaction, viewer: Viewer, asked: CaseFilter, only: Source
) -> int | None:
    """Return how many cases one body has, where counters tell, else None."""
    by_case = asked.region or asked.status or (viewer.at_111 and asked.tab)
    if by_case or asked.tab == "waiting":
        return None
    (body,) = only.bodies or ("",)
    known = await counters.read(tx, "referral", body)
    found = sum(
        n
        for (_, status, level), n in known.items()
        if status in only.states and asked.urgency in (None, int(level))
    )
    found -= await _closed_of_body(tx, viewer, asked, only)
    if asked.tab != "work":
        return found
    # In work: accepted, less the few whose outcome is recorded.
    waiting = msgspec.structs.replace(asked, tab="waiting")
    few = case_sources.counted(case_scope.sources(viewer, waiting, tx.now, None), ())
    row = await tx.one(few)
    return found - (int(row[0]) if row else 0)


async def counters_of_cases(
    tx: Transaction, viewer: Viewer, region: str | None = None
) -> dict[tuple[str, ...], int]:
    """Return the counters of cases less those that complain of the viewer."""
    known = await counters.read(tx, "case", region)
    key = (func.coalesce(case_rows.c.region, ""), case_rows.c.status, case_rows.c.urgency)
    closed = select(*key, func.count()).where(closed_to(viewer)).group_by(*key)
    for place, status, urgency, n in (tuple(row) for row in await tx.rows(closed)):
        found = (place, status, str(urgency))
        if found in known:
            known[found] -= n
    return known


async def _closed_of_body(
    tx: Transaction, viewer: Viewer, asked: CaseFilter, only: Source
) -> int:
    """Return how many of a body's cases this viewer of it may not know of."""
    level = () if asked.urgency is None else (referrals.c.urgency == asked.urgency,)
    row = await tx.one(
        select(func.count())
        .select_from(referrals.join(case_rows, case_rows.c.id == referrals.c.case_id))
        .where(
            closed_to(viewer),
            referrals.c.body_id.in_(only.bodies or ()),
            referrals.c.status.in_(only.states),
            *level,
        )
    )
    return int(row[0]) if row else 0


async def _lines(
    tx: Transaction, viewer: Viewer, ids: Sequence[int]
) -> tuple[CaseLine, ...]:
    if not ids:
        return ()
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
        )
        .where(referrals.c.case_id.in_(ids))
        .order_by(referrals.c.id)
    )
    by_case: dict[int, list[Row[Any]]] = {case_id: [] for case_id in ids}
    for referral in related:
        by_case[referral.case_id].append(referral)
    found = {row.id: row for row in rows}
    return tuple(_line(tx, viewer, found[i], by_case[i]) for i in ids if i in found)


def _line(
    tx: Transaction, viewer: Viewer, row: Row[Any], related: Sequence[Row[Any]]
) -> CaseLine:
    known = (ReferralStatus.PROPOSED, *LIVE) if viewer.at_111 else LIVE
    lead = next((r for r in reversed(related) if r.lead and r.status in known), None)
    own = next((r for r in reversed(related) if _own(viewer, r)), None)
    names = (
        "number version status urgency category subcategory region district language channel"
        " about_child received_at opened_at due_at"
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


def _own(viewer: Viewer, referral: Row[Any]) -> bool:
    return referral.body_id in viewer.bodies and referral.status in LIVE
