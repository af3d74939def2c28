"""Which sources a list of cases is made of, for one viewer and one filter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, false, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.terms import CaseStatus, Role
from hotline.identity.viewer import Viewer
from hotline.store.case_sources import CLOSED, OPEN, Source, has_body
from hotline.store.closed_facts import district_is_told, topic_is_told
from hotline.store.list_parts import NOBODY, CaseFilter
from hotline.store.tables import cases, referrals
from hotline.store.visibility import LIVE, closed_to, overseen_by, visible_to

_WORK = (CaseStatus.ACCEPTED, CaseStatus.IN_PROGRESS, CaseStatus.REOPENED)
STATUSES: dict[str, tuple[CaseStatus, ...]] = {
    "new": (CaseStatus.TRIAGE, CaseStatus.OFFERED),
    "work": _WORK,
    "waiting": (CaseStatus.OUTCOME_RECORDED,),
    "closed": (CaseStatus.CLOSED,),
}  # what each tab holds at 111
_BY_STATUS: dict[str, ColumnElement[bool]] = {
    tab: CLOSED if tab == "closed" else cases.c.status.in_(statuses)
    for tab, statuses in STATUSES.items()
}
_BY_REFERRAL: dict[str, tuple[tuple[str, ...], tuple[ColumnElement[bool], ...]]] = {
    "new": (("offered",), ()),
    "work": (("accepted",), (cases.c.status != CaseStatus.OUTCOME_RECORDED,)),
    "waiting": (("accepted",), (cases.c.status == CaseStatus.OUTCOME_RECORDED,)),
    "closed": (("done",), ()),
}
TABS = frozenset({*_BY_STATUS, "oversight"})


def oversees(viewer: Viewer) -> bool:
    """Return whether the viewer has a region of oversight."""
    return viewer.role is Role.COMMISSIONER and viewer.region is not None


def sources(
    viewer: Viewer, asked: CaseFilter, now: datetime, found: Sequence[int] | None
) -> list[Source]:
    """Return what the list is the union of; nothing for who may see nothing.

    `found`: ids that the search word led to, or None without one.
    """
    where = tuple(_conditions(asked, now))
    if asked.category is not None and not viewer.at_111 and viewer.bodies:
        where = (*where, topic_is_told(viewer.bodies))
    if asked.district is not None and not viewer.at_111 and viewer.bodies:
        where = (*where, district_is_told(viewer.bodies))
    if asked.assignee is not None:
        where = (*where, _in_hands_of(viewer, asked.assignee))
    if viewer.role is Role.ADMIN:
        return []
    if found is not None:
        return [_searched(viewer, asked, where, found)]
    closed = closed_to(viewer)
    return [replace(source, closed=closed) for source in _listed(viewer, asked, where)]


def _listed(
    viewer: Viewer, asked: CaseFilter, where: tuple[ColumnElement[bool], ...]
) -> list[Source]:
    if viewer.at_111:
        return [_at_111(asked, where)]
    if not oversees(viewer) or asked.tab in _BY_REFERRAL:
        return _own(viewer, asked, where)
    overseen = overseen_by(viewer)
    with_body = (has_body(asked.body, LIVE),) if asked.body else ()
    region = Source(where=(*where, *overseen, *with_body))
    if asked.tab == "oversight":
        return [region]
    elsewhere = and_(*overseen).is_not(true())  # the region itself may be unknown
    return [region, *_own(viewer, asked, (*where, elsewhere))]


def _at_111(asked: CaseFilter, where: tuple[ColumnElement[bool], ...]) -> Source:
    tab = (_BY_STATUS[asked.tab],) if asked.tab in _BY_STATUS else ()
    if asked.body is None:
        return Source(where=(*where, *tab))
    return Source((*where, *tab), (asked.body,), ("proposed", *LIVE))


def _own(
    viewer: Viewer, asked: CaseFilter, where: tuple[ColumnElement[bool], ...]
) -> list[Source]:
    """Return the viewer's bodies' part. A body that is not theirs tells them nothing."""
    bodies = viewer.bodies if asked.body is None else viewer.bodies & {asked.body}
    states, more = _BY_REFERRAL.get(asked.tab or "", (LIVE, ()))
    if not bodies or asked.tab == "oversight":
        return []
    return [Source((*where, *more), tuple(sorted(bodies)), tuple(states))]


def _searched(
    viewer: Viewer,
    asked: CaseFilter,
    where: tuple[ColumnElement[bool], ...],
    found: Sequence[int],
) -> Source:
    """Return the few cases that a search word led to; tabs do not narrow a search."""
    more: list[Any] = [cases.c.id.in_(found), visible_to(viewer)]
    if asked.body is not None:
        known = viewer.at_111 or oversees(viewer) or asked.body in viewer.bodies
        states = ("proposed", *LIVE) if viewer.at_111 else LIVE
        more.append(has_body(asked.body, states) if known else false())
    return Source(where=(*where, *more))


def _conditions(asked: CaseFilter, now: datetime) -> list[ColumnElement[bool]]:
    """Return what the filter asks of a row of `cases`."""
    told: list[ColumnElement[bool]] = []
    if asked.region is not None:
        told.append(cases.c.region == asked.region)
    if asked.urgency is not None:
        told.append(cases.c.urgency == asked.urgency)
    if asked.status == "open":
        told.append(OPEN)
    elif asked.status is not None:
        told.append(cases.c.status == asked.status)
    if asked.category is not None:
        column = cases.c.subcategory if "." in asked.category else cases.c.category
        told.append(column == asked.category)
    if asked.district is not None:
        told.append(cases.c.district == asked.district)
    if asked.regime is not None:
        told.append(cases.c.regime == asked.regime)
    if asked.overdue is not None:
        late = and_(OPEN, cases.c.due_at.is_not(None), cases.c.due_at < now)
        told.append(late if asked.overdue else ~late)
    return told


def _in_hands_of(viewer: Viewer, person: int) -> ColumnElement[bool]:
    """Return whether a case is in a person's hands, or in nobody's as the viewer sees it.

    A body asks about its own part; who else has a part there is not asked.
    """
    r = referrals.alias("in_hands")
    mine = (r.c.case_id == cases.c.id, r.c.body_id.in_(sorted(viewer.bodies)))
    live = r.c.status.in_(LIVE)
    if person != NOBODY:
        part = exists(select(r.c.id).where(*mine, live, r.c.assignee_id == person))
        return or_(cases.c.assignee_id == person, part)
    if viewer.at_111:
        return cases.c.assignee_id.is_(None)
    return and_(
        ~exists(select(r.c.id).where(*mine, live, r.c.assignee_id.is_not(None))),
        or_(
            exists(select(r.c.id).where(*mine, live)),
            cases.c.assignee_id.is_(None),
        ),
    )


def has_open(asked: CaseFilter) -> bool:
    """Return whether the list can hold open cases."""
    return asked.status != CaseStatus.CLOSED and asked.tab != "closed"


def has_closed(asked: CaseFilter) -> bool:
    """Return whether the list can hold closed cases."""
    late = asked.overdue is True
    shut = asked.status in (None, CaseStatus.CLOSED)
    return shut and not late and asked.tab in (None, "closed", "oversight")
