"""Pages of cases: keyset paging, so that page one thousand costs what page one does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, select

from hotline.cases.numbers import id_from
from hotline.errors import RejectedInbound
from hotline.identity.viewer import Viewer
from hotline.store import case_lines, case_scope, case_sources, counters, search
from hotline.store.case_newest import newest_page
from hotline.store.case_sources import OpenKey, Source
from hotline.store.cursors import pack, unpack
from hotline.store.list_parts import CaseFilter, CaseLine, CasePage
from hotline.store.tables import cases as case_rows
from hotline.store.tables import referrals
from hotline.store.transaction import Transaction
from hotline.store.visibility import closed_to, visible_to

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
    keys = await _keys(tx, asked, made_of, cursor, limit + 1) if made_of else []
    shown = keys[:limit]
    ids = [key[-1] for key in shown]
    return CasePage(
        items=await case_lines.lines(tx, viewer, ids) if ids else (),
        next_cursor=pack(*shown[-1]) if len(keys) > limit else None,
        total=await _total(tx, viewer, asked, made_of, searched=found is not None),
    )


async def total(tx: Transaction, viewer: Viewer, asked: CaseFilter) -> int:
    """Return how many cases a list holds, as `cases` says it; not for a search."""
    made_of = case_scope.sources(viewer, asked, tx.now, None)
    return await _total(tx, viewer, asked, made_of, searched=False)


async def _keys(
    tx: Transaction,
    asked: CaseFilter,
    made_of: Sequence[Source],
    cursor: str | None,
    most: int,
) -> list[tuple[Any, ...]]:
    """Return the sort key of each line, as cursors hold it; the last of it is the id."""
    after, before = _where_from(cursor)
    opened, closed = case_scope.has_open(asked), case_scope.has_closed(asked)
    if asked.newest:
        page = newest_page(made_of, before, most, opened=opened, closed=closed)
        return [(_CLOSED, r.id) for r in await tx.rows(page)]
    keys: list[tuple[Any, ...]] = []
    if opened and before is None:
        found = case_sources.open_page(made_of, after, most)
        keys += [(_OPEN, r.urgency, r.due, r.id) for r in await tx.rows(found)]
    if closed and len(keys) < most:
        shut = case_sources.closed_page(made_of, before, most - len(keys))
        keys += [(_CLOSED, r.id) for r in await tx.rows(shut)]
    return keys


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
    plain = not (searched or asked.overdue is not None or _by_facts(asked))
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


def _by_facts(asked: CaseFilter) -> bool:
    """Return whether the filter asks for what no counter knows."""
    return any(
        wanted is not None
        for wanted in (asked.category, asked.district, asked.regime, asked.assignee)
    )


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


async def chosen(
    tx: Transaction, viewer: Viewer, numbers: Sequence[str], number_key: bytes
) -> tuple[CaseLine, ...]:
    """Return those of the named cases that the viewer may know of, in the order named."""
    named = [id_from(number, number_key) for number in numbers]
    ids = list(dict.fromkeys(case_id for case_id in named if case_id is not None))
    seen = select(case_rows.c.id).where(case_rows.c.id.in_(ids), visible_to(viewer))
    known = {int(row.id) for row in await tx.rows(seen)} if ids else set()
    shown = [case_id for case_id in ids if case_id in known]
    return await case_lines.lines(tx, viewer, shown) if shown else ()
