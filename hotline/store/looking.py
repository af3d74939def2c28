"""Who has a contact or a case open now. Fades by itself; whoever may not know is not shown."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.cases.apart import people_in
from hotline.cases.terms import Role
from hotline.identity.viewer import AT_111, Viewer
from hotline.store.tables import memberships, people
from hotline.store.tables_queue import looking
from hotline.store.transaction import Transaction

FADES = timedelta(seconds=45)
CONTACT, CASE = "contact", "case"


async def look(tx: Transaction, kind: str, subject_id: int, person_id: int) -> bool:
    """Keep that a person has it open; return whether that is news."""
    mine = and_(
        looking.c.kind == kind,
        looking.c.subject_id == subject_id,
        looking.c.person_id == person_id,
    )
    known = await tx.one(
        select(looking.c.seen_at).where(mine, looking.c.seen_at > tx.now - FADES)
    )
    row = upsert(looking).values(
        kind=kind, subject_id=subject_id, person_id=person_id, seen_at=tx.now
    )
    await tx.run(
        row.on_conflict_do_update(
            index_elements=["kind", "subject_id", "person_id"], set_={"seen_at": tx.now}
        )
    )
    return known is None


async def look_away(tx: Transaction, kind: str, subject_id: int, person_id: int) -> bool:
    """Keep that a person shut it; return whether they had it open. Old rows go too."""
    await tx.run(delete(looking).where(looking.c.seen_at <= tx.now - 10 * FADES))
    gone = delete(looking).where(
        looking.c.kind == kind,
        looking.c.subject_id == subject_id,
        looking.c.person_id == person_id,
    )
    return bool(await tx.run(gone))


async def others(
    tx: Transaction,
    viewer: Viewer,
    kind: str,
    subject_ids: Iterable[int],
    apart: Collection[str] = (),
) -> dict[int, list[str]]:
    """Return the names of who else has each open, as far as the viewer may know of them.

    People at 111 know of all; a body's of its own people and of 111, so that nobody learns
    who oversees a case. The caller has made sure that the viewer may know of the subjects.
    `apart`: keys of who is complained of; they are never named.
    """
    known: list[Any] = []
    if not viewer.at_111:
        colleagues = select(memberships.c.person_id).where(
            memberships.c.body_id.in_(sorted(viewer.bodies)),
            memberships.c.ended_at.is_(None),
        )
        at_111 = people.c.role.in_(sorted(AT_111))
        known = [or_(at_111, people.c.id.in_(colleagues))]
    rows = await tx.rows(
        select(looking.c.subject_id, people.c.display_name)
        .join(people, people.c.id == looking.c.person_id)
        .where(
            looking.c.kind == kind,
            looking.c.subject_id.in_(list(subject_ids)),
            looking.c.person_id != viewer.person_id,
            looking.c.person_id.not_in(people_in(frozenset(apart))),
            looking.c.seen_at > tx.now - FADES,
            people.c.active,
            people.c.role != Role.ADMIN,
            *known,
        )
        .order_by(people.c.display_name)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.subject_id, []).append(row.display_name)
    return found
