"""Long work: the rows. Who works on one holds it by the count of its tries."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, and_, exists, func, insert, select, update

from hotline.cases.terms import JobName
from hotline.cases.works import OPEN, WorkState
from hotline.errors import NotFound
from hotline.store import keys
from hotline.store.tables import outbox
from hotline.store.tables_work import works
from hotline.store.transaction import Transaction

_ASKING = 1110019  # a lock of ours
INPUT, RESULT = "input", "result"
# The sealed parts are read by who needs them alone.
_BRIEF = [c for c in works.c if not c.name.startswith("sealed_")]
_OPEN = works.c.state.in_(OPEN)


async def add(tx: Transaction, values: Mapping[str, Any], file: bytes | None) -> None:
    """Keep new work with a key of its own; `file` is sealed under it."""
    key = await keys.create(tx, values["id"])
    sealed = None if file is None else key.seal(INPUT, file)
    await tx.run(insert(works).values(**values, sealed_input=sealed))


async def in_turn(tx: Transaction, person_id: int) -> None:
    """Wait until nobody else asks for the same person, to the commit: twice at once is one."""
    turn = func.pg_advisory_xact_lock(_ASKING, func.hashtext(str(person_id)))
    await tx.run(select(turn))


async def by_key(tx: Transaction, person_id: int, key: str) -> int | None:
    """Return the work that a person's form began before."""
    mine = and_(works.c.asked_by == person_id, works.c.key == key)
    row = await tx.one(select(works.c.id).where(mine))
    return None if row is None else int(row.id)


async def own(tx: Transaction, person_id: int, work_id: int) -> Row[Any]:
    """Return one's own work. Errors: NotFound, for others' as well."""
    mine = and_(works.c.id == work_id, works.c.asked_by == person_id)
    row = await tx.one(select(*_BRIEF).where(mine))
    if row is None:
        raise NotFound("no such work")
    return row


async def of_person(tx: Transaction, person_id: int, n: int) -> Sequence[Row[Any]]:
    """Return a person's newest work."""
    newest = select(*_BRIEF).where(works.c.asked_by == person_id)
    return await tx.rows(newest.order_by(works.c.id.desc()).limit(n))


async def count_open(tx: Transaction, person_id: int) -> int:
    """Return how much of a person's work has not ended."""
    return len(
        await tx.rows(select(works.c.id).where(works.c.asked_by == person_id, _OPEN))
    )


async def lock(tx: Transaction, work_id: int) -> Row[Any] | None:
    """Return one piece of work, held until the commit; None when there is none."""
    statement = select(*_BRIEF).where(works.c.id == work_id).with_for_update()
    return await tx.one(statement)


async def change(tx: Transaction, work_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of work that has not ended."""
    await tx.run(update(works).where(works.c.id == work_id, _OPEN).values(**values))


async def tell(
    tx: Transaction, work_id: int, tries: int, values: Mapping[str, Any]
) -> Row[Any] | None:
    """Say that this try is alive; return its row with `cancel_at`, None when it is over."""
    mine = and_(
        works.c.id == work_id, works.c.tries == tries, works.c.state == WorkState.RUNNING
    )
    statement = update(works).where(mine).values(**values, heard_at=tx.now)
    return await tx.one(statement.returning(works.c.cancel_at))


async def input_of(tx: Transaction, work_id: int) -> bytes | None:
    """Return the file that came with the work."""
    return await _opened(tx, work_id, "sealed_input", INPUT)


async def result_of(tx: Transaction, work_id: int) -> bytes:
    """Return what was made. Errors: NotFound once it went."""
    found = await _opened(tx, work_id, "sealed_result", RESULT)
    if found is None:
        raise NotFound("no such file")
    return found


async def _opened(tx: Transaction, work_id: int, column: str, part: str) -> bytes | None:
    row = await tx.one(select(works.c[column]).where(works.c.id == work_id))
    if row is None or row[0] is None:
        return None
    return (await keys.load_one(tx, work_id)).open(part, row[0])


async def forget_due(tx: Transaction) -> int:
    """Drop files whose day has passed, and the key with them; return how many."""
    due = await tx.rows(
        update(works)
        .where(works.c.keep_until <= tx.now)
        .values(sealed_result=None, sealed_input=None, keep_until=None)
        .returning(works.c.id)
    )
    return await keys.destroy(tx, [row.id for row in due]) if due else 0


async def stranded(tx: Transaction, after: timedelta) -> Sequence[Row[Any]]:
    """Return open work that nobody is promised to do any more, silent for `after`."""
    promised = exists(
        select(outbox.c.id).where(
            outbox.c.job == JobName.RUN_WORK,
            outbox.c.subject_id == works.c.id,
            outbox.c.done_at.is_(None),
            outbox.c.dead_at.is_(None),
        )
    )
    quiet = works.c.asked_at < tx.now - after
    return await tx.rows(select(*_BRIEF).where(_OPEN, quiet, ~promised).with_for_update())
