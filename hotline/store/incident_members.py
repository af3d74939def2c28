"""Members of incidents as people at 111 read them: never whoever complains of the reader."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, case, func, select

from hotline.identity.viewer import Viewer
from hotline.store.tables import cases, contacts
from hotline.store.tables_routing import incident_contacts
from hotline.store.transaction import Transaction
from hotline.store.visibility import open_to

MEMBERS = 100  # on one page, those with danger of their own first
_DANGER_FIRST = (
    incident_contacts.c.own_danger.desc(),
    contacts.c.urgency,
    contacts.c.danger_score.desc(),
    contacts.c.id,
)


async def members(
    tx: Transaction,
    viewer: Viewer,
    incident_id: int,
    *,
    unseen: bool = False,
    limit: int = MEMBERS,
) -> Sequence[Row[Any]]:
    """Return members: those nobody has looked at first, own danger before all others.

    A member that complains of the viewer is not among them.
    """
    columns = (
        "id receipt channel received_at state urgency danger danger_score language seen_at"
        " wrap_up"
    )
    waiting = contacts.c.seen_at.is_(None)
    return await tx.rows(
        select(
            *(contacts.c[name] for name in columns.split()),
            incident_contacts.c.own_danger,
            cases.c.number,
        )
        .join(incident_contacts, incident_contacts.c.contact_id == contacts.c.id)
        .outerjoin(cases, cases.c.id == contacts.c.case_id)
        .where(
            incident_contacts.c.incident_id == incident_id,
            incident_contacts.c.left_at.is_(None),
            open_to(viewer, contacts),
            *([waiting] if unseen else []),
        )
        .order_by(waiting.desc(), *_DANGER_FIRST)
        .limit(limit)
    )


async def tallies(
    tx: Transaction, viewer: Viewer, incident_ids: Collection[int]
) -> dict[int, Row[Any]]:
    """Return for each incident how many members there are, wait for a person, are in danger."""
    waiting = contacts.c.seen_at.is_(None)
    rows = await tx.rows(
        select(
            incident_contacts.c.incident_id,
            func.count().label("members"),
            func.sum(case((waiting, 1), else_=0)).label("waiting"),
            func.sum(case((incident_contacts.c.own_danger > 0, 1), else_=0)).label(
                "own_danger"
            ),
            func.min(contacts.c.received_at).label("first_at"),
            func.max(contacts.c.received_at).label("last_at"),
        )
        .join(contacts, contacts.c.id == incident_contacts.c.contact_id)
        .where(
            incident_contacts.c.incident_id.in_(list(incident_ids)),
            incident_contacts.c.left_at.is_(None),
            open_to(viewer, contacts),
        )
        .group_by(incident_contacts.c.incident_id)
    )
    return {row.incident_id: row for row in rows}


async def lead_numbers(
    tx: Transaction, viewer: Viewer, ids: Iterable[int]
) -> dict[int, str]:
    """Return the numbers of lead cases that the viewer may know of."""
    wanted = [case_id for case_id in ids if case_id is not None]
    if not wanted:
        return {}
    rows = await tx.rows(
        select(cases.c.id, cases.c.number).where(cases.c.id.in_(wanted), open_to(viewer))
    )
    return {row.id: str(row.number) for row in rows}
