"""What each figure of the board counts: one definition, for its number and for its list.

A figure is a source of rows and a condition on them. Its number is COUNT over both, its list
a page over both, its file the same: none of them can say anything else than the others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Select,
    Subquery,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.terms import CaseStatus, ClockName
from hotline.identity.viewer import Viewer
from hotline.store.case_sources import CLOSED, OPEN
from hotline.store.contact_lists import waiting_parts
from hotline.store.tables import breaches, cases, clocks, contacts, referrals
from hotline.store.visibility import closed_to, open_to

SOON = timedelta(hours=1)
LONG = timedelta(minutes=15)  # an urgent one that waits longer than this waits long
ALARM = timedelta(minutes=5)  # an emergency that nobody took for so long is rung for
DAY = timedelta(days=1)
PERIOD = timedelta(days=7)  # over which "accepted on time" is told
_NOT_TAKEN = (CaseStatus.TRIAGE, CaseStatus.OFFERED)
Condition = Callable[[Any, "Asked"], ColumnElement[bool]]


class Source(StrEnum):
    """Where the rows of a figure come from."""

    CASES = "cases"  # open ones
    THEN = "then"  # cases that were late a day ago
    WAITING = "waiting"  # contacts that wait for a person
    CAME_IN = "came_in"  # contacts of an hour or a day
    OFFERS = "offers"  # answered, or late


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, when, and for which part. `begin`, `end`: of contacts by the hour."""

    viewer: Viewer
    now: datetime
    region: str = ""
    begin: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """Rows of a source for which a condition holds."""

    source: Source
    holds: Condition


def _all(_rows: Any, _asked: Asked) -> ColumnElement[bool]:
    return true()


FIGURES: Mapping[str, Figure] = {
    "open": Figure(Source.CASES, _all),
    "overdue": Figure(Source.CASES, lambda r, asked: r.due < asked.now),
    "burning": Figure(Source.CASES, lambda r, asked: r.due < asked.now + SOON),
    "untaken": Figure(
        Source.CASES, lambda r, _: and_(r.urgency <= 1, r.status.in_(_NOT_TAKEN))
    ),
    "alarm_cases": Figure(
        Source.CASES,
        lambda r, asked: and_(
            r.urgency == 0, r.status.in_(_NOT_TAKEN), r.at < asked.now - ALARM
        ),
    ),
    "overdue_yesterday": Figure(Source.THEN, _all),
    "queue": Figure(Source.WAITING, _all),
    "urgent": Figure(Source.WAITING, lambda r, _: r.urgency <= 1),
    "urgent_long": Figure(
        Source.WAITING, lambda r, asked: and_(r.urgency <= 1, r.at < asked.now - LONG)
    ),
    "burning_contacts": Figure(
        Source.WAITING,
        lambda r, asked: and_(r.case_id.is_(None), r.due < asked.now + SOON),
    ),
    "alarm_contacts": Figure(
        Source.WAITING,
        lambda r, asked: and_(
            r.case_id.is_(None), r.urgency == 0, r.at < asked.now - ALARM
        ),
    ),
    "came_in": Figure(Source.CAME_IN, _all),
    "accepted_on_time": Figure(Source.OFFERS, lambda r, _: ~r.late),
    "accepted_late": Figure(Source.OFFERS, lambda r, _: r.late),
}


def of_source(source: Source) -> tuple[str, ...]:
    """Return the names of the figures that count rows of a source."""
    return tuple(name for name, figure in FIGURES.items() if figure.source is source)


def rows_of(source: Source, asked: Asked) -> Subquery:
    """Return id, region, urgency, at and due of what the viewer may know of, and more."""
    return _MADE[source](asked).subquery(source.value)


def narrowed(name: str, asked: Asked) -> tuple[Subquery, ColumnElement[bool]]:
    """Return the rows of a figure and the condition that makes it. Errors: KeyError."""
    figure = FIGURES[name]
    rows = rows_of(figure.source, asked)
    return rows, figure.holds(rows.c, asked)


def _cases(asked: Asked) -> Select[Any]:
    c = cases.c
    return select(
        c.id, c.region, c.urgency, c.opened_at.label("at"), c.due_at.label("due"), c.status
    ).where(OPEN, open_to(asked.viewer), *_in_region(asked, c.region))


def _then(asked: Asked) -> Select[Any]:
    """Return the cases that had a late clock a day ago, as the clocks remember it."""
    c, k, then = cases.c, clocks.c, asked.now - DAY
    late = exists(
        select(k.id).where(
            k.case_id == c.id,
            k.started_at <= then,
            k.due_at < then,
            or_(k.met_at.is_(None), k.met_at > then),
            or_(k.cancelled_at.is_(None), k.cancelled_at > then),
            k.state.in_(("running", "breached", "met", "cancelled")),
        )
    )
    parts = [
        select(c.id, c.region, c.urgency, c.opened_at.label("at"), c.due_at.label("due"))
        .where(c.opened_at <= then, there, late, open_to(asked.viewer))
        .where(*_in_region(asked, c.region))
        for there in (OPEN, and_(CLOSED, c.closed_at > then))
    ]
    return select(union_all(*parts).subquery("was_there"))


def place_of_contact() -> ColumnElement[Any]:
    """Return where a contact is from, as triage or the channel says."""
    return func.coalesce(contacts.c.triage["region"].astext, contacts.c.region_hint)


def _waiting(asked: Asked) -> Select[Any]:
    c = contacts.c
    due = (
        select(func.min(clocks.c.due_at))
        .where(
            clocks.c.contact_id == c.id,
            clocks.c.name == ClockName.HUMAN_EYES,
            clocks.c.state.in_(("running", "breached")),
        )
        .scalar_subquery()
    )
    columns = (c.id, c.urgency, c.received_at.label("at"), c.case_id, due.label("due"))
    parts = [
        select(*columns).where(
            part,
            open_to(asked.viewer, contacts),
            *_in_region(asked, place_of_contact()),
        )
        for part in waiting_parts()
    ]
    return select(union_all(*parts).subquery("both"))


def _came_in(asked: Asked) -> Select[Any]:
    c = contacts.c
    begin, end = asked.begin or asked.now, asked.end or asked.now
    return select(
        c.id, c.urgency, c.received_at.label("at"), c.received_at.label("due")
    ).where(
        c.received_at >= begin,
        c.received_at < end,
        open_to(asked.viewer, contacts),
        *_in_region(asked, place_of_contact()),
    )


def _offers(asked: Asked) -> Select[Any]:
    """Return answered acceptance clocks and breaches of PERIOD; ids are those of clocks."""
    since, k, b = asked.now - PERIOD, clocks.c, breaches.c
    met = (
        select(
            k.id,
            cases.c.region,
            k.urgency,
            k.met_at.label("at"),
            k.due_at.label("due"),
            literal(False).label("late"),
            k.case_id,
            referrals.c.body_id,
        )
        .join(cases, cases.c.id == k.case_id)
        .outerjoin(referrals, referrals.c.id == k.referral_id)
        .where(k.name == ClockName.ACCEPTANCE.value, k.met_at > since)
        .where(k.breached_at.is_(None), open_to(asked.viewer))
        .where(*_in_region(asked, cases.c.region))
    )
    shut = select(cases.c.id).where(closed_to(asked.viewer))
    late = select(
        b.clock_id.label("id"),
        b.region,
        b.urgency,
        b.judged_at.label("at"),
        b.due_at.label("due"),
        literal(True).label("late"),
        b.case_id,
        b.body_id,
    ).where(
        b.judged_at > since,
        b.name == ClockName.ACCEPTANCE.value,
        or_(b.case_id.is_(None), b.case_id.not_in(shut)),
        *_in_region(asked, b.region),
    )
    return select(union_all(met, late).subquery("answers"))


def _in_region(asked: Asked, region: Any) -> tuple[ColumnElement[bool], ...]:
    return (region == asked.region,) if asked.region else ()


_MADE: Mapping[Source, Callable[[Asked], Select[Any]]] = {
    Source.CASES: _cases,
    Source.THEN: _then,
    Source.WAITING: _waiting,
    Source.CAME_IN: _came_in,
    Source.OFFERS: _offers,
}
