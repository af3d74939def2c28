"""Letters of a case: every version stays as it was written."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.identity.viewer import Viewer
from hotline.store.cases import OpenedCase
from hotline.store.tables import people
from hotline.store.tables_field import case_letters
from hotline.store.transaction import Transaction
from hotline.store.visibility import Scope, scope_of


async def add(tx: Transaction, values: Mapping[str, Any]) -> int | None:
    """Keep the next version of a letter; return its id, or None: it was sent before.

    The case is locked by the caller, so that two versions follow each other.
    """
    alike = [case_letters.c[name] == values[name] for name in ("case_id", "kind", "locale")]
    row = await tx.one(select(func.max(case_letters.c.version)).where(*alike))
    version = ((row[0] if row else None) or 0) + 1
    kept = await tx.one(
        upsert(case_letters)
        .values(author_id=tx.actor.person_id, at=tx.now, version=version, **dict(values))
        .on_conflict_do_nothing(index_elements=["author_id", "once"])
        .returning(case_letters.c.id)
    )
    return None if kept is None else int(kept.id)


async def of_case(tx: Transaction, viewer: Viewer, case: OpenedCase) -> Sequence[Row[Any]]:
    """Return a case's letters, newest first, still sealed; a co-executor reads its own."""
    helper = scope_of(viewer, case) is Scope.HELPER
    near = case_letters.c.author_id == viewer.person_id
    return await tx.rows(
        select(case_letters, people.c.display_name)
        .join(people, people.c.id == case_letters.c.author_id)
        .where(case_letters.c.case_id == case.id, *([near] if helper else []))
        .order_by(case_letters.c.id.desc())
    )
