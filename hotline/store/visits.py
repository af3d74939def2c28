"""Visits: who goes to which home and when, and whether they are out again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.elements import ColumnElement

from hotline.identity.viewer import Viewer
from hotline.store.tables import cases, people
from hotline.store.tables_inbox import visit_presses, visits
from hotline.store.transaction import Transaction
from hotline.store.visibility import visible_to

_SHOWN = 200
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_companions = people.alias("companions")


def _pressed(person: ColumnElement[Any], kind: str) -> Any:
    """Return when a person of the visit pressed a button first, as a column."""
    return (
        select(func.min(visit_presses.c.at))
        .where(
            visit_presses.c.visit_id == visits.c.id,
            visit_presses.c.person_id == person,
            visit_presses.c.kind == kind,
        )
        .scalar_subquery()
    )


_BY_EACH = (  # nobody presses for somebody else
    _pressed(visits.c.person_id, "in").label("person_in_at"),
    _pressed(visits.c.person_id, "out").label("person_out_at"),
    _pressed(visits.c.companion_id, "in").label("companion_in_at"),
    _pressed(visits.c.companion_id, "out").label("companion_out_at"),
)


async def add(tx: Transaction, values: Mapping[str, Any]) -> int | None:
    """Keep a visit and return its id, or None: this press was heard before."""
    fresh = upsert(visits).values(planned_at=tx.now, **dict(values))
    once = fresh.on_conflict_do_nothing(index_elements=[visits.c.planned_by, visits.c.once])
    row = await tx.one(once.returning(visits.c.id))
    return None if row is None else int(row.id)


async def shown(
    tx: Transaction, viewer: Viewer, since: datetime, until: datetime
) -> Sequence[Row[Any]]:
    """Return the visits of the viewer's bodies in a span, and those nobody came out of yet.

    Of cases that the viewer may know of; one's own stay in sight until one is out, a
    colleague's that nobody ended for a week.
    """
    mine = or_(
        visits.c.person_id == viewer.person_id, visits.c.companion_id == viewer.person_id
    )
    ours = and_(visits.c.body_id.in_(sorted(viewer.bodies)), visible_to(viewer))
    lately = or_(mine, visits.c.starts_at >= since - _WEEK)
    running = and_(visits.c.out_at.is_(None), visits.c.starts_at < until, lately)
    found = await tx.rows(
        select(
            visits,
            cases.c.number,
            cases.c.urgency,
            cases.c.region,
            people.c.display_name,
            _companions.c.display_name.label("companion_name"),
            visible_to(viewer).label("open"),
            *_BY_EACH,
        )
        .join(cases, cases.c.id == visits.c.case_id)
        .join(people, people.c.id == visits.c.person_id)
        .outerjoin(_companions, _companions.c.id == visits.c.companion_id)
        .where(
            visits.c.cancelled_at.is_(None),
            or_(and_(visits.c.starts_at >= since, visits.c.starts_at < until), running),
            or_(
                ours, and_(mine, visits.c.out_at.is_(None)), and_(mine, visible_to(viewer))
            ),
        )
        # What was never ended must not push the day itself off the page.
        .order_by((visits.c.starts_at >= since).desc(), visits.c.starts_at, visits.c.id)
        .limit(_SHOWN)
    )
    return sorted(found, key=lambda one: (one.starts_at, one.id))


async def lock(tx: Transaction, visit_id: int) -> Row[Any] | None:
    """Return a visit, its case locked before it as every move does; None: no such visit."""
    known = await tx.one(select(visits.c.case_id).where(visits.c.id == visit_id))
    if known is None:
        return None
    await tx.one(select(cases.c.id).where(cases.c.id == known.case_id).with_for_update())
    return await tx.one(
        select(visits, cases.c.number)
        .join(cases, cases.c.id == visits.c.case_id)
        .where(visits.c.id == visit_id)
        .with_for_update(of=visits)
    )


async def change(tx: Transaction, visit_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a visit."""
    await tx.run(update(visits).where(visits.c.id == visit_id).values(**dict(values)))


async def press(tx: Transaction, values: Mapping[str, Any]) -> bool:
    """Keep a press for good; return whether it is the first of its kind and not a repetition."""
    fresh = upsert(visit_presses).values(heard_at=tx.now, **dict(values))
    once = fresh.on_conflict_do_nothing(
        index_elements=[visit_presses.c.visit_id, visit_presses.c.once]
    )
    return bool(await tx.run(once))


async def said(tx: Transaction, visit_id: int) -> dict[int, dict[str, int]]:
    """Return how often each person has pressed which button of a visit."""
    person, kind = visit_presses.c.person_id, visit_presses.c.kind
    rows = await tx.rows(
        select(person, kind, func.count().label("n"))
        .where(visit_presses.c.visit_id == visit_id)
        .group_by(person, kind)
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.person_id, {})[row.kind] = int(row.n)
    return found


async def missed(tx: Transaction, limit: int) -> list[int]:
    """Return the visits whose visitor should be out by now; not locked."""
    rows = await tx.rows(
        select(visits.c.id)
        .where(visits.c.watch_at <= tx.now)
        .order_by(visits.c.watch_at)
        .limit(limit)
    )
    return [int(row.id) for row in rows]


async def out_of_reach(tx: Transaction, case_id: int) -> frozenset[int]:
    """Return who is on a visit of the case now: they are not woken for themselves.

    Who goes there another day is; so is who forgot to press "out" of an old one, and who has
    come out while the other is still inside: they can be reached, and they were there.
    """
    day_ago = tx.now - _DAY
    begun = or_(visits.c.in_at.is_not(None), visits.c.starts_at <= tx.now)
    inside = and_(visits.c.out_at.is_(None), begun, visits.c.ends_at > day_ago)
    rows = await tx.rows(
        select(
            visits.c.person_id,
            visits.c.companion_id,
            *_BY_EACH,
            _pressed(visits.c.person_id, "help").label("person_help_at"),
            _pressed(visits.c.companion_id, "help").label("companion_help_at"),
        ).where(
            visits.c.case_id == case_id,
            visits.c.cancelled_at.is_(None),
            or_(inside, visits.c.help_at > day_ago),
        )
    )
    both = [
        one
        for row in rows
        for one in (
            (row.person_id, row.person_out_at, row.person_help_at),
            (row.companion_id, row.companion_out_at, row.companion_help_at),
        )
    ]
    # Who asked for help is not asked to come to their own help, whatever was pressed since.
    return frozenset(
        int(person) for person, out, cry in both if person and (out is None or cry)
    )
