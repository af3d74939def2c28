"""Tasks on cases: what, who, until when."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.identity.viewer import Viewer
from hotline.store.cases import OpenedCase
from hotline.store.tables import people
from hotline.store.tables_field import case_tasks
from hotline.store.transaction import Transaction
from hotline.store.visibility import Scope, scope_of

_BATCH = 200  # reminders a sweep
_authors = people.alias("authors")


async def add(tx: Transaction, values: Mapping[str, Any]) -> int | None:
    """Keep a task; return its id, or None: this form was sent before."""
    row = await tx.one(
        upsert(case_tasks)
        .values(author_id=tx.actor.person_id, at=tx.now, **dict(values))
        .on_conflict_do_nothing(index_elements=["author_id", "once"])
        .returning(case_tasks.c.id)
    )
    return None if row is None else int(row.id)


async def of_case(tx: Transaction, viewer: Viewer, case: OpenedCase) -> Sequence[Row[Any]]:
    """Return a case's tasks, open ones first; a co-executor reads those it gave or does."""
    mine = (case_tasks.c.person_id == viewer.person_id) | (
        case_tasks.c.author_id == viewer.person_id
    )
    near = (
        mine if scope_of(viewer, case) is Scope.HELPER else case_tasks.c.case_id == case.id
    )
    return await tx.rows(
        select(
            case_tasks,
            people.c.display_name,
            _authors.c.display_name.label("author_name"),
        )
        .join(people, people.c.id == case_tasks.c.person_id)
        .join(_authors, _authors.c.id == case_tasks.c.author_id)
        .where(case_tasks.c.case_id == case.id, near)
        .order_by(case_tasks.c.done_at.desc().nulls_first(), case_tasks.c.due_at)
    )


async def end(
    tx: Transaction, viewer: Viewer, case: OpenedCase, task_id: int, *, done: bool
) -> bool | None:
    """Say that a task is done, or that it is not after all; return whether that is news.

    None: there is no such task.
    """
    if task_id not in {row.id for row in await of_case(tx, viewer, case)}:
        return None
    said = {"done_at": tx.now, "done_by": viewer.person_id}
    values = said if done else dict.fromkeys(said)
    other = case_tasks.c.done_at.is_(None) if done else case_tasks.c.done_at.is_not(None)
    task = update(case_tasks).where(case_tasks.c.id == task_id, other)
    return bool(await tx.run(task.values(**values)))


async def to_remind(tx: Transaction) -> Sequence[Row[Any]]:
    """Return tasks that are due and of which nobody was reminded, and mark them so."""
    waiting = (
        select(case_tasks.c.id)
        .where(
            case_tasks.c.done_at.is_(None),
            case_tasks.c.reminded_at.is_(None),
            case_tasks.c.due_at <= tx.now,
        )
        .order_by(case_tasks.c.due_at)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    )
    return await tx.rows(
        update(case_tasks)
        .where(case_tasks.c.id.in_(waiting))
        .values(reminded_at=tx.now)
        .returning(case_tasks.c.id, case_tasks.c.case_id, case_tasks.c.person_id)
    )
