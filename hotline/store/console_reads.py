"""Small reads of the console: colleagues, people without content, notices of a viewer."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from hotline.i18n import by_name
from hotline.identity.viewer import Viewer
from hotline.store.bodies import current
from hotline.store.notices import SHIFT
from hotline.store.tables import cases, contacts, memberships, notices, people
from hotline.store.transaction import Nudge, Transaction
from hotline.store.visibility import notices_open_to

SHOWN = 30  # notices on a page
_DAY = timedelta(days=1)


async def colleagues(tx: Transaction, bodies: Iterable[str]) -> list[tuple[str, str]]:
    """Return (username, name) of the active people of some bodies, by name."""
    rows = await tx.rows(
        select(people.c.username, people.c.display_name)
        .join(memberships, memberships.c.person_id == people.c.id)
        .where(memberships.c.body_id.in_(sorted(bodies)), people.c.active, current(tx))
        .distinct()
    )
    return by_name((row.username, row.display_name) for row in rows)


async def holders(tx: Transaction, bodies: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return (username, name, body) of the active people of some bodies."""
    rows = await tx.rows(
        select(people.c.username, people.c.display_name, memberships.c.body_id)
        .join(memberships, memberships.c.person_id == people.c.id)
        .where(memberships.c.body_id.in_(sorted(bodies)), people.c.active, current(tx))
        .order_by(people.c.display_name, memberships.c.body_id)
        .distinct()
    )
    return [(row.username, row.display_name, row.body_id) for row in rows]


async def names(tx: Transaction, usernames: Iterable[str]) -> dict[str, str]:
    """Return how colleagues are called, by user name."""
    rows = await tx.rows(
        select(people.c.username, people.c.display_name).where(
            people.c.username.in_(sorted(usernames))
        )
    )
    return {row.username: row.display_name for row in rows}


async def names_by_id(tx: Transaction, ids: Iterable[int]) -> dict[int, str]:
    """Return how people are called, by id."""
    rows = await tx.rows(
        select(people.c.id, people.c.display_name).where(people.c.id.in_(sorted(ids)))
    )
    return {row.id: row.display_name for row in rows}


async def notices_for(tx: Transaction, viewer: Viewer) -> Sequence[Row[Any]]:
    """Return the newest notices of the viewer; a case that went out of sight goes with them."""
    return await tx.rows(
        select(
            notices.c.id,
            notices.c.at,
            notices.c.kind,
            notices.c.percent,
            notices.c.seen_at,
            cases.c.number,
            cases.c.urgency,
            contacts.c.receipt,
        )
        .outerjoin(cases, cases.c.id == notices.c.case_id)
        .outerjoin(contacts, contacts.c.id == notices.c.contact_id)
        .where(_addressed(viewer), notices_open_to(viewer))
        .order_by(notices.c.id.desc())
        .limit(SHOWN)
    )


async def unseen_notices(tx: Transaction, viewer: Viewer) -> int:
    """Return how many notices of the last day the bell shows."""
    if viewer.at_111:
        return (await unseen_at_111(tx, [viewer]))[viewer]
    row = await tx.one(
        select(func.count())
        .select_from(notices)
        .where(_addressed(viewer), *_unseen(tx), notices_open_to(viewer))
    )
    return int(row[0]) if row else 0


async def unseen_at_111(tx: Transaction, viewers: Collection[Viewer]) -> dict[Viewer, int]:
    """Return the same for many people of 111 at once: `notices_open_to` over counted rows."""
    addressed = {SHIFT}.union(*(viewer.bodies for viewer in viewers))
    of_case, of_contact = (
        cases.c.apart.label("of_case"),
        contacts.c.apart.label("of_contact"),
    )
    key = (notices.c.audience, notices.c.person_id, of_case, of_contact)
    rows = await tx.rows(
        select(*key, func.count().label("n"))
        .outerjoin(cases, cases.c.id == notices.c.case_id)
        .outerjoin(contacts, contacts.c.id == notices.c.contact_id)
        .where(notices.c.audience.in_(sorted(addressed)), *_unseen(tx))
        .group_by(*key)
    )
    return {
        viewer: sum(
            row.n
            for row in rows
            if (row.audience == SHIFT or row.audience in viewer.bodies)
            and row.person_id in (None, viewer.person_id)
            and viewer.keys.isdisjoint(row.of_case or ())
            and viewer.keys.isdisjoint(row.of_contact or ())
        )
        for viewer in viewers
    }


def _unseen(tx: Transaction) -> tuple[ColumnElement[bool], ...]:
    return notices.c.seen_at.is_(None), notices.c.at > tx.now - _DAY


def _addressed(viewer: Viewer) -> ColumnElement[bool]:
    audiences = [SHIFT] if viewer.at_111 else []
    audiences += sorted(viewer.bodies)
    mine = or_(notices.c.person_id.is_(None), notices.c.person_id == viewer.person_id)
    return and_(notices.c.audience.in_(audiences), mine)


async def notices_seen(tx: Transaction, viewer: Viewer) -> None:
    """Mark as seen what `notices_for` shows the viewer, for the whole body or shift.

    What they may not know of stays unseen, and goes on ringing for everybody else.
    """
    await tx.run(
        update(notices)
        .where(_addressed(viewer), notices.c.seen_at.is_(None), notices_open_to(viewer))
        .values(seen_at=tx.now)
    )
    tx.nudge(Nudge("notice", None, None, tuple(sorted(viewer.bodies))))  # the others' bells
