"""A commissioner's own work: sealed under a key of its own, with a ledger of its steps."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, case, func, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.oversight import OversightTab
from hotline.cases.terms import Role
from hotline.identity.viewer import Viewer
from hotline.store import keys
from hotline.store.tables import cases, memberships, people
from hotline.store.tables_oversight import oversight_acts, oversight_events
from hotline.store.transaction import Transaction
from hotline.store.visibility import closed_to

_A = oversight_acts.c
SEALED = ("addressee", "matter")


def known_to(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a viewer may know of a row.

    The commissioner of its region, and supervisors of 111; nobody of whom its case complains.
    """
    closed = select(cases.c.id).where(closed_to(viewer))
    apart = or_(_A.case_id.is_(None), _A.case_id.not_in(closed))
    if viewer.role is Role.SUPERVISOR:
        return (apart,)
    return apart, _A.region == (viewer.region or "")


def on_tab(tab: OversightTab, now: datetime) -> ColumnElement[bool]:
    """Return the condition of one list: `cases.oversight.tab_of`, as SQL."""
    open_ = _A.ended_at.is_(None)
    waits = and_(open_, _A.due_at.is_not(None), _A.answered_at.is_(None))
    overdue = and_(waits, _A.due_at <= now)
    look = and_(open_, _A.follow_up_at <= now, ~_certain(overdue))
    conditions = {
        OversightTab.ENDED: _A.ended_at.is_not(None),
        OversightTab.OVERDUE: overdue,
        OversightTab.FOLLOW_UP: look,
        OversightTab.WAITING: and_(waits, ~_certain(overdue), ~_certain(look)),
        OversightTab.OPEN: and_(open_, ~_certain(waits), ~_certain(look)),
    }
    return conditions[tab]


def _certain(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return `condition` with "unknown" read as no: a comparison with NULL is neither."""
    return condition.is_(True)


async def of_viewer(
    tx: Transaction, viewer: Viewer, *conditions: ColumnElement[bool], limit: int
) -> Sequence[Row[Any]]:
    """Return the newest rows that the viewer may know of."""
    return await tx.rows(
        select(oversight_acts, people.c.display_name)
        .join(people, people.c.id == _A.person_id)
        .where(*known_to(viewer), *conditions)
        .order_by(_A.due_at.asc().nulls_last(), _A.id.desc())
        .limit(limit)
    )


async def one(tx: Transaction, viewer: Viewer, act_id: int) -> Row[Any] | None:
    """Return one row, or None for what the viewer may not know of."""
    found = await of_viewer(tx, viewer, _A.id == act_id, limit=1)
    return found[0] if found else None


async def sent_before(tx: Transaction, person_id: int, once: str) -> int | None:
    """Return the row that the same form made before.

    Locks the person: a form pressed twice at once is judged one after the other.
    """
    person = select(people.c.id).where(people.c.id == person_id)
    await tx.one(person.with_for_update(key_share=True))
    row = await tx.one(select(_A.id).where(_A.person_id == person_id, _A.once == once))
    return None if row is None else int(row.id)


async def words(tx: Transaction, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return addressee and matter of each; a forgotten one has none."""
    rows = await tx.rows(
        select(_A.id, _A.sealed_addressee, _A.sealed_matter).where(_A.id.in_(list(ids)))
    )
    opened = await keys.load(tx, ids)
    return {
        row.id: {
            name: opened[row.id].open_text(name, getattr(row, f"sealed_{name}"))
            for name in SEALED
        }
        for row in rows
        if row.id in opened
    }


async def events(tx: Transaction, act_id: int) -> list[tuple[Row[Any], str]]:
    """Return (step, its words) in order."""
    rows = await tx.rows(
        select(oversight_events, people.c.display_name)
        .outerjoin(people, people.c.id == oversight_events.c.person_id)
        .where(oversight_events.c.act_id == act_id)
        .order_by(oversight_events.c.id)
    )
    key = (await keys.load(tx, [act_id])).get(act_id)
    return [
        (row, key.open_text("step", row.sealed_text) if key and row.sealed_text else "")
        for row in rows
    ]


async def followers(tx: Transaction, viewer: Viewer, act_id: int) -> Sequence[Row[Any]]:
    """Return what was begun because of it."""
    return await of_viewer(tx, viewer, _A.follows_id == act_id, limit=50)


async def add(
    tx: Transaction, act_id: int, sealed: Mapping[str, str], values: Mapping[str, Any]
) -> None:
    """Insert one, its words sealed under a fresh key."""
    key = await keys.create(tx, act_id)
    closed = {f"sealed_{name}": key.seal_text(name, text) for name, text in sealed.items()}
    await tx.run(
        insert(oversight_acts).values(id=act_id, opened_at=tx.now, **values, **closed)
    )


async def change(
    tx: Transaction, act_id: int, version: int, values: Mapping[str, Any]
) -> bool:
    """Change one that stands at `version`; return whether it did."""
    changed = await tx.run(
        update(oversight_acts)
        .where(_A.id == act_id, _A.version == version)
        .values(version=version + 1, **values)
    )
    return bool(changed)


async def note(tx: Transaction, act_id: int, event: str, text: str = "") -> None:
    """Write one step into the ledger."""
    key = await keys.load_one(tx, act_id) if text else None
    tx.append(
        oversight_events,
        {
            "act_id": act_id,
            "person_id": tx.actor.person_id,
            "event": event,
            "sealed_text": key.seal_text("step", text) if key else None,
        },
    )


async def take_due(tx: Transaction, limit: int) -> Sequence[Row[Any]]:
    """Return what is to be looked at by now, and take it: two sweeps never take the same.

    `looked_at`: since when it was to be looked at.
    """
    due = (
        select(_A.id, _A.look_at)
        .where(_A.look_at <= tx.now)
        .order_by(_A.look_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    owed = and_(_A.answered_at.is_(None), _A.due_at > tx.now)
    later = func.least(  # of what is still to come; LEAST passes over NULL
        case((owed, _A.due_at)), case((_A.follow_up_at > tx.now, _A.follow_up_at))
    )
    return await tx.rows(
        update(oversight_acts)
        .where(_A.id == due.c.id)
        .values(look_at=later)
        .returning(
            *(_A[name] for name in ("id", "kind", "region", "person_id")),
            *(_A[name] for name in ("due_at", "answered_at", "follow_up_at", "ended_at")),
            due.c.look_at.label("looked_at"),
        )
    )


async def overseers(tx: Transaction, region: str) -> list[tuple[str, int]]:
    """Return a body and the id of each commissioner of the region: they alone are told."""
    rows = await tx.rows(
        select(func.min(memberships.c.body_id).label("body_id"), people.c.id)
        .join(people, people.c.id == memberships.c.person_id)
        .where(
            people.c.role == Role.COMMISSIONER,
            people.c.region == region,
            people.c.active,
            memberships.c.ended_at.is_(None),
        )
        .group_by(people.c.id)
        .order_by(people.c.id)
    )
    return [(str(row.body_id), int(row.id)) for row in rows]


async def counts(tx: Transaction, viewer: Viewer, since: datetime) -> Sequence[Row[Any]]:
    """Return kind, how many were begun since, answered in time, late, and owed by now."""
    answered = _A.answered_at.is_not(None)
    owed = and_(~answered, _A.ended_at.is_(None), _A.due_at <= tx.now)
    return await tx.rows(
        select(
            _A.kind,
            func.count().label("begun"),
            func.count()
            .filter(and_(answered, _A.answered_at <= _A.due_at))
            .label("in_time"),
            func.count().filter(and_(answered, _A.answered_at > _A.due_at)).label("late"),
            func.count().filter(owed).label("owed"),
            func.count().filter(_A.ended_at.is_not(None)).label("ended"),
        )
        .where(*known_to(viewer), _A.opened_at >= since)
        .group_by(_A.kind)
        .order_by(_A.kind)
    )


async def tab_counts(tx: Transaction, viewer: Viewer) -> dict[OversightTab, int]:
    """Return how many rows stand on each list."""
    row = await tx.one(
        select(
            *(
                func.count().filter(on_tab(tab, tx.now)).label(tab.name)
                for tab in OversightTab
            )
        ).where(*known_to(viewer))
    )
    return {tab: int(getattr(row, tab.name)) for tab in OversightTab}
