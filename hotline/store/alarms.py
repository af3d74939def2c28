"""Emergencies that nobody took: what rings on the board, and who said that they see to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from hotline.store import figure_lists
from hotline.store.figure_rows import Asked
from hotline.store.tables import people
from hotline.store.tables_board import alarms_heard
from hotline.store.transaction import Transaction

QUIET = timedelta(minutes=15)  # what is then still not taken rings again
MOST = 10_000
CASES, CONTACTS = "alarm_cases", "alarm_contacts"


@dataclass(frozen=True, slots=True)
class Alarm:
    """What rings. `heard_by`: who saw to the others last; `cases`, `contacts`: all of it."""

    ringing: tuple[tuple[str, int], ...] = ()  # figure, id of a case or contact
    cases: int = 0
    contacts: int = 0
    heard: int = 0
    heard_by: str = ""
    heard_at: datetime | None = None


async def read(tx: Transaction, asked: Asked) -> Alarm:
    """Return what rings, as far as the viewer may know of it."""
    found = [
        (name, int(row.id))
        for name in (CASES, CONTACTS)
        for row in await figure_lists.ids(tx, name, asked, limit=MOST)
    ]
    if not found:
        return Alarm()
    rows = await tx.rows(
        select(alarms_heard, people.c.display_name)
        .join(people, people.c.id == alarms_heard.c.person_id)
        .where(
            alarms_heard.c.subject_id.in_([one for _, one in found]),
            alarms_heard.c.at > tx.now - QUIET,
        )
        .order_by(alarms_heard.c.at.desc())
    )
    heard = {row.subject_id for row in rows}
    return Alarm(
        ringing=tuple(one for one in found if one[1] not in heard),
        cases=sum(name == CASES for name, _ in found),
        contacts=sum(name == CONTACTS for name, _ in found),
        heard=len(heard),
        heard_by=rows[0].display_name if rows else "",
        heard_at=rows[0].at if rows else None,
    )


async def hear(tx: Transaction, subject_id: int, person_id: int) -> None:
    """Keep that a person sees to it."""
    said = insert(alarms_heard).values(
        subject_id=subject_id, person_id=person_id, at=tx.now
    )
    await tx.run(
        said.on_conflict_do_update(
            index_elements=["subject_id"], set_={"person_id": person_id, "at": tx.now}
        )
    )
