"""Where a page of cases is read from: range scans that end after one page.

Open cases come first, by urgency, deadline and id; then closed ones, newest first. 111 and
oversight read `cases`; a body reads its part of `referrals`, which carries copies of urgency
and deadline for this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Select,
    SmallInteger,
    Text,
    bindparam,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.terms import ReferralStatus
from hotline.store.list_parts import COUNTED
from hotline.store.tables import cases, referrals
from hotline.store.visibility import superseded

_FAR: ColumnElement[datetime] = literal_column(
    "'9999-12-31 00:00:00+00'::timestamptz", DateTime(timezone=True)
)
# Literals, not parameters: only so does the planner know its partial indexes fit.
OPEN = cases.c.status != literal_column("'closed'")
CLOSED = cases.c.status == literal_column("'closed'")
DONE = ReferralStatus.DONE  # the body's part is over: the case is closed, or others go on
OpenKey = tuple[int, datetime, int]


@dataclass(frozen=True, slots=True)
class Source:
    """One way to reach a list's cases; a list is the union of its sources, which are disjoint.

    Without `bodies` it reads `cases`; with them, the referrals to them in `states`.
    """

    where: tuple[ColumnElement[bool], ...] = ()
    bodies: tuple[str, ...] | None = None
    states: tuple[str, ...] = ()
    closed: ColumnElement[bool] | None = None  # cases that complain of the viewer

    @property
    def open_rows(self) -> tuple[ColumnElement[bool], ...]:
        """Return what is asked of a row of `cases`."""
        if self.closed is None:
            return self.where
        return (*self.where, or_(cases.c.apart.is_(None), ~self.closed))

    def spared(self, case_id: ColumnElement[Any]) -> ColumnElement[bool]:
        """Return the same of an id alone, for counts that no row of `cases` is read for."""
        if self.closed is None:
            return true()
        return case_id.not_in(select(cases.c.id).where(self.closed))


def open_page(
    sources: Sequence[Source], after: OpenKey | None, limit: int
) -> Select[tuple[int, datetime, int]]:
    """Return the statement of (urgency, due, id) of open cases after a key, in order."""
    parts = [_open(source, after, limit) for source in sources]
    both = union_all(*(part.subquery().select() for part in parts)).subquery()
    # Several bodies of one viewer may have the same case: it is one line.
    keys = (both.c.urgency, both.c.due, both.c.id)
    return select(*keys).distinct().order_by(*keys).limit(limit)


def closed_page(
    sources: Sequence[Source], before: int | None, limit: int
) -> Select[tuple[int]]:
    """Return the statement of ids of closed cases below `before`, newest first."""
    parts = [_closed(source, before, limit) for source in sources]
    both = union_all(*(part.subquery().select() for part in parts)).subquery()
    return select(both.c.id).distinct().order_by(both.c.id.desc()).limit(limit)


def counted(opened: Sequence[Source], closed: Sequence[Source]) -> Select[tuple[int]]:
    """Return the statement that counts the cases of a list, up to COUNTED; sources are disjoint."""
    parts = [_count(source, OPEN) for source in opened]
    parts += [_count(source, CLOSED) for source in closed]
    together: ColumnElement[int] = literal(0)
    for part in parts:
        together = together + part
    return select(func.least(together, COUNTED))


def _open(source: Source, after: OpenKey | None, limit: int) -> Select[Any]:
    if source.bodies is None:
        key = _key(cases, cases.c.id)
        return (
            select(cases.c.urgency, key[1].label("due"), cases.c.id)
            .where(OPEN, *source.open_rows, _after(key, after))
            .order_by(*key)
            .limit(limit)
        )
    wanted, r = _wanted(source), referrals.alias("r")
    key = _key(r, r.c.case_id)
    scan = (
        select(
            cases.c.urgency, func.coalesce(cases.c.due_at, _FAR).label("due"), cases.c.id
        )
        .select_from(r.join(cases, cases.c.id == r.c.case_id))
        .where(
            r.c.body_id == wanted.c.body_id,
            r.c.status == wanted.c.status,
            _after(key, after),
            ~superseded(r),
            OPEN,
            *source.open_rows,
        )
        .order_by(*key)
        .limit(limit)
        .lateral("scan")
    )
    return select(scan.c.urgency, scan.c.due, scan.c.id).select_from(
        wanted.join(scan, true())
    )


def _closed(source: Source, before: int | None, limit: int) -> Select[Any]:
    if source.bodies is None:
        below = cases.c.id < before if before is not None else true()
        ids = select(cases.c.id).where(CLOSED, *source.open_rows, below)
        return ids.order_by(cases.c.id.desc()).limit(limit)
    wanted, r = _bodies(source), referrals.alias("r")
    below = r.c.case_id < before if before is not None else true()
    scan = (
        select(cases.c.id)
        .select_from(r.join(cases, cases.c.id == r.c.case_id))
        .where(
            r.c.body_id == wanted.c.body_id,
            r.c.status == literal_column(f"'{DONE}'"),
            below,
            ~superseded(r),
            or_(CLOSED, ~at_work(source)),
            *source.open_rows,
        )
        .order_by(r.c.case_id.desc())
        .limit(limit)
        .lateral("scan")
    )
    return select(scan.c.id).select_from(wanted.join(scan, true()))


def _count(source: Source, ended: ColumnElement[bool]) -> ColumnElement[int]:
    """Return how many cases one source has, up to COUNTED."""
    if source.bodies is None:
        ids = select(cases.c.id).where(ended, *source.where, source.spared(cases.c.id))
        found = ids.limit(COUNTED).subquery()
        return select(func.count()).select_from(found).scalar_subquery()
    r = referrals.alias("r")
    states = [state for state in source.states if (state == DONE) is (ended is CLOSED)]
    ids_of_r = select(r.c.case_id).where(
        r.c.body_id.in_(source.bodies), r.c.status.in_(states), source.spared(r.c.case_id)
    )
    if source.where:  # else the index on referrals knows enough
        over = () if ended is CLOSED else (ended,)  # a part may be over before its case
        ids_of_r = ids_of_r.join(cases, cases.c.id == r.c.case_id).where(
            *over, *source.where
        )
    found = ids_of_r.limit(COUNTED).subquery()
    # Two bodies of one viewer may have the same case.
    return select(func.count(found.c.case_id.distinct())).scalar_subquery()


def at_work(source: Source) -> ColumnElement[bool]:
    """Return whether another body of the viewer is still at work: the case is listed there."""
    states = [state for state in source.states if state != DONE]
    r = referrals.alias("at_work")
    return exists(
        select(r.c.id).where(
            r.c.case_id == cases.c.id,
            r.c.body_id.in_(source.bodies or ()),
            r.c.status.in_(states),
        )
    )


def _wanted(source: Source) -> Any:
    states = [state for state in source.states if state != DONE]
    pairs = [(body, state) for body in source.bodies or () for state in states]
    return (
        func.unnest(
            bindparam(None, [body for body, _ in pairs], ARRAY(Text), unique=True),
            bindparam(None, [state for _, state in pairs], ARRAY(Text), unique=True),
        )
        .table_valued("body_id", "status", name="wanted")
        .render_derived()
    )


def _bodies(source: Source) -> Any:
    bodies = list(source.bodies or ()) if DONE in source.states else []
    return (
        func.unnest(
            bindparam(None, bodies, ARRAY(Text), unique=True),
        )
        .table_valued("body_id", name="wanted")
        .render_derived()
    )


def _key(table: Any, case_id: Any) -> list[ColumnElement[Any]]:
    """Return the sort key of open cases, written as the indexes are."""
    return [table.c.urgency, func.coalesce(table.c.due_at, _FAR), case_id]


def _after(key: Sequence[ColumnElement[Any]], after: OpenKey | None) -> ColumnElement[bool]:
    if after is None:
        return true()
    urgency, due, case_id = after
    bound = (
        bindparam(None, urgency, SmallInteger, unique=True),
        bindparam(None, due, DateTime(timezone=True), unique=True),
        bindparam(None, case_id, BigInteger, unique=True),
    )
    return tuple_(*key) > tuple_(*bound)


def has_body(body: str, states: Sequence[str]) -> ColumnElement[bool]:
    """Return whether the case stands with `body` in one of `states`."""
    r = referrals.alias("has_body")
    if not states:
        return false()
    return exists(
        select(r.c.id).where(
            r.c.case_id == cases.c.id, r.c.body_id == body, r.c.status.in_(states)
        )
    )
