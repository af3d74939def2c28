"""Who has a contact or a case open now. Fades by itself; whoever may not know is not shown."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.cases.apart import person_key
from hotline.cases.terms import Role
from hotline.i18n import alphabetical
from hotline.identity.viewer import AT_111, Viewer
from hotline.store import ties
from hotline.store.tables import cases, contacts, memberships, people
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
    tx: Transaction, viewer: Viewer, kind: str, subject_ids: Iterable[int]
) -> dict[int, list[str]]:
    """Return the names of who else has each open, as far as the viewer may know of them.

    People at 111 know of all; a body's of its own people and of 111, so that nobody learns
    who oversees a case. The caller has made sure that the viewer may know of the subjects.
    Of whom one complains, or whose body, is never named, though the page be open still.
    """
    known: list[Any] = []
    if not viewer.at_111:
        colleagues = select(memberships.c.person_id).where(
            memberships.c.body_id.in_(sorted(viewer.bodies)),
            memberships.c.ended_at.is_(None),
        )
        at_111 = people.c.role.in_(sorted(AT_111))
        known = [or_(at_111, people.c.id.in_(colleagues))]
    rows = await _seen(
        tx, kind, subject_ids, looking.c.person_id != viewer.person_id, *known
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.subject_id, []).append(row.display_name)
    return found


async def everybody(
    tx: Transaction, kind: str, subject_ids: Iterable[int]
) -> dict[int, list[tuple[int, str]]]:
    """Return (id, name) of all who have each open, as people at 111 may know of them."""
    found: dict[int, list[tuple[int, str]]] = {}
    for row in await _seen(tx, kind, subject_ids):
        found.setdefault(row.subject_id, []).append((row.person_id, row.display_name))
    return found


async def _seen(
    tx: Transaction, kind: str, subject_ids: Iterable[int], *known: Any
) -> list[Row[Any]]:
    """Return who looks now, without those whose conflict the subject is."""
    subject: Any = cases if kind == CASE else contacts
    rows = await tx.rows(
        select(
            looking.c.subject_id, looking.c.person_id, people.c.display_name,
            subject.c.apart,
        )
        .join(people, people.c.id == looking.c.person_id)
        .join(subject, subject.c.id == looking.c.subject_id)
        .where(
            looking.c.kind == kind,
            looking.c.subject_id.in_(list(subject_ids)),
            looking.c.seen_at > tx.now - FADES,
            people.c.active,
            people.c.role != Role.ADMIN,
            *known,
        )
    )  # fmt: skip
    keys = await _keys(tx, {row.person_id for row in rows if row.apart})
    return [
        row
        for row in sorted(rows, key=lambda one: alphabetical(one.display_name))
        if keys.get(row.person_id, frozenset()).isdisjoint(row.apart or ())
    ]


async def _keys(tx: Transaction, persons: Collection[int]) -> dict[int, frozenset[str]]:
    """Return what keeps each of these out of a matter."""
    if not persons:
        return {}
    tied = await ties.of_each(tx, persons)
    return {one: tied[one].keys | {person_key(one)} for one in persons}
