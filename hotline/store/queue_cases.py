"""Cases in the queue of 111: the next step is 111's, or no body has accepted them yet.

What stands behind a contact that waits is no row of its own, unless a body had it before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Row,
    Select,
    String,
    and_,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.apart import OWN_QUEUE
from hotline.identity.viewer import Viewer
from hotline.store import contact_lists
from hotline.store.list_parts import COUNTED
from hotline.store.tables import bodies, cases, contacts, referrals
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import open_to

SHOWN = 10  # of each list; the others stand in the inbox
_BACK, _OFFERED = "back", "offered"
_GIVEN_BACK = ("declined", "returned")
_ENDED = (*_GIVEN_BACK, "withdrawn")
_FAR: ColumnElement[datetime] = literal_column(
    "'9999-12-31 00:00:00+00'::timestamptz", DateTime(timezone=True)
)
_k = cases.alias("k")
_KEY = (_k.c.urgency, func.coalesce(_k.c.due_at, _FAR), _k.c.id)
# Literals, not parameters: only so does the planner know the partial index fits.
_IN_TRIAGE = _k.c.status == literal_column("'triage'")
_IS_OFFERED = _k.c.status == literal_column("'offered'")


class QueueCase(View, frozen=True):
    """One row. The body: who gave the case back last, or whom it is offered to."""

    number: str
    urgency: int
    subcategory: str
    region: str | None
    opened_at: datetime
    due_at: datetime | None
    held: bool
    hinted: bool  # held because its words speak of power over a body
    body_kk: str | None
    body_ru: str | None
    referral_status: str | None


class QueueCases(View, frozen=True):
    """Both lists, gravest first, and how many each holds, up to COUNTED."""

    back: tuple[QueueCase, ...] = ()
    offered: tuple[QueueCase, ...] = ()
    back_count: int = 0
    offered_count: int = 0


NONE = QueueCases()


async def queue_cases(tx: Transaction, viewer: Viewer | None = None) -> QueueCases:
    """Return what 111 has to decide or to watch, as `viewer` may know of it.

    Without a viewer: all of it, for who makes sure otherwise that its reader may know.
    """
    known = true() if viewer is None else open_to(viewer, _k)
    rows = await tx.rows(_heads(known))
    found = {part: [row for row in rows if row.part == part] for part in (_BACK, _OFFERED)}
    counts: Mapping[str, int] = {part: len(of_it) for part, of_it in found.items()}
    if max(counts.values()) > SHOWN:
        counts = {row.part: row.n for row in await tx.rows(_counted(known))}
    return QueueCases(
        back=_lines(found[_BACK]),
        offered=_lines(found[_OFFERED]),
        back_count=counts.get(_BACK, 0),
        offered_count=counts.get(_OFFERED, 0),
    )


def keys_apart() -> Select[Any]:
    """Return the statement of the keys of all whom any case complains of that may stand here."""
    watched = _k.c.status.in_([literal_column("'triage'"), literal_column("'offered'")])
    return select(func.unnest(_k.c.apart).label("key")).where(
        watched, _k.c.apart.is_not(None)
    )


def _lines(rows: Sequence[Row[Any]]) -> tuple[QueueCase, ...]:
    shared = [name for name in QueueCase.__struct_fields__ if name != "hinted"]
    return tuple(
        QueueCase(
            **{name: getattr(row, name) for name in shared}, hinted=bool(row.conflict_hint)
        )
        for row in rows[:SHOWN]
    )


def _heads(known: ColumnElement[bool]) -> Select[Any]:
    """Return the statement of the first of both lists, each row with its body."""
    names = (
        "id number status urgency subcategory region opened_at due_at held conflict_hint"
    )
    wide = [_k.c[name] for name in names.split()]
    parts = [
        select(
            literal_column(f"'{part}'", String).label("part"), _KEY[1].label("due"), *wide
        )
        .where(under, known)
        .order_by(*_KEY)
        .limit(SHOWN + 1)
        .subquery()
        .select()
        for part, under in _parts()
    ]
    both = union_all(*parts).subquery()
    r = referrals.alias("r")
    wanted = or_(
        and_(both.c.status == "offered", r.c.status == "offered"),
        and_(
            both.c.status == "triage", r.c.status.in_(_ENDED), r.c.offered_at.is_not(None)
        ),
    )
    body = (
        select(
            r.c.status.label("referral_status"),
            bodies.c.name_kk.label("body_kk"),
            bodies.c.name_ru.label("body_ru"),
        )
        .select_from(r.join(bodies, bodies.c.id == r.c.body_id))
        .where(r.c.case_id == both.c.id, r.c.lead, wanted)
        .order_by(r.c.id.desc())
        .limit(1)
        .lateral("body")
    )
    order = (both.c.urgency, both.c.due, both.c.id)
    return select(both, body).outerjoin(body, true()).order_by(*order)


def _counted(known: ColumnElement[bool]) -> Select[Any]:
    parts = [
        select(literal_column(f"'{part}'", String).label("part"))
        .where(under, known)
        .limit(COUNTED)
        .subquery()
        .select()
        for part, under in _parts()
    ]
    both = union_all(*parts).subquery()
    return select(both.c.part, func.count().label("n")).group_by(both.c.part)


def _parts() -> tuple[tuple[str, ColumnElement[bool]], ...]:
    """Return what stands in which list; a case stands in one."""
    r = referrals.alias("own")
    own = _k.c.id.in_(  # offered to 111 itself: it waits for nobody else
        select(r.c.case_id).where(
            r.c.body_id == OWN_QUEUE, r.c.status == "offered", r.c.lead
        )
    )
    return (
        (_BACK, and_(_IN_TRIAGE, or_(_came_back(), ~_behind_a_contact()))),
        (_BACK, and_(_IS_OFFERED, own)),
        (_OFFERED, and_(_IS_OFFERED, ~own)),
    )


def _came_back() -> ColumnElement[bool]:
    """Return whether a body that was asked gave it back; what 111 took back it has in hand."""
    r = referrals.alias("ended")
    return _is_there(
        select(r.c.id).where(
            r.c.case_id == _k.c.id,
            r.c.lead,
            r.c.status.in_(_GIVEN_BACK),
            r.c.offered_at.is_not(None),
        )
    )


def _behind_a_contact() -> ColumnElement[bool]:
    """Return whether a contact of the case waits for a person: that is its row."""
    return _is_there(
        select(contacts.c.id).where(
            contacts.c.case_id == _k.c.id, or_(*contact_lists.waiting_parts())
        )
    )


def _is_there(rows: Select[Any]) -> ColumnElement[bool]:
    """Return whether a case has such a row, looked up for it alone.

    An `exists` beside an `or` would be read for all cases at once: every contact there is.
    """
    return rows.limit(1).scalar_subquery().is_not(None)
