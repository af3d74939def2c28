"""Acts, their drafts, and files of a case: sealed under the case's key."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.identity.viewer import Viewer
from hotline.store import keys
from hotline.store.cases import OpenedCase
from hotline.store.tables import people
from hotline.store.tables_field import act_drafts, case_acts, case_files
from hotline.store.transaction import Transaction
from hotline.store.visibility import Scope, scope_of

MOST_FILES = 60  # of one case


async def add_act(
    tx: Transaction,
    case_id: int,
    once: str,
    visited_at: datetime,
    told: Mapping[str, str],
    body_id: str | None,
) -> int | None:
    """Keep an act; return its id, or None: this form was sent before. `body_id`: whose it is."""
    key = await keys.load_one(tx, case_id)
    row = await tx.one(
        upsert(case_acts)
        .values(
            case_id=case_id, author_id=tx.actor.person_id, at=tx.now, once=once,
            visited_at=visited_at, body_id=body_id,
            sealed_fields=key.seal_text("act", json.dumps(told)),
        )
        .on_conflict_do_nothing(index_elements=["author_id", "once"])
        .returning(case_acts.c.id)
    )  # fmt: skip
    return None if row is None else int(row.id)


async def act_of(tx: Transaction, case_id: int, once: str) -> Row[Any] | None:
    """Return what the actor's form became on this case, still sealed, or None."""
    return await tx.one(
        select(case_acts).where(
            case_acts.c.case_id == case_id,
            case_acts.c.author_id == tx.actor.person_id,
            case_acts.c.once == once,
        )
    )


async def acts_of(tx: Transaction, viewer: Viewer, case: OpenedCase) -> Sequence[Row[Any]]:
    """Return the acts that the viewer may read, oldest first, still sealed."""
    return await tx.rows(
        select(case_acts, people.c.display_name)
        .join(people, people.c.id == case_acts.c.author_id)
        .where(case_acts.c.case_id == case.id, _readable(viewer, case, case_acts))
        .order_by(case_acts.c.id)
    )


async def save_draft(
    tx: Transaction, case_id: int, once: str, turn: int, told: Mapping[str, str]
) -> None:
    """Keep what is typed; an earlier save of the same form that comes late changes nothing."""
    key = await keys.load_one(tx, case_id)
    values = {
        "saved_at": tx.now, "once": once, "turn": turn,
        "sealed_fields": key.seal_text("act_draft", json.dumps(told)),
    }  # fmt: skip
    statement = upsert(act_drafts).values(
        case_id=case_id, person_id=tx.actor.person_id, **values
    )
    await tx.run(
        statement.on_conflict_do_update(
            index_elements=["case_id", "person_id", "once"],
            set_=values,
            where=act_drafts.c.turn < turn,
        )
    )


async def sent_before(tx: Transaction, once: str) -> bool:
    """Return whether the actor's form became an act already."""
    found = await tx.one(
        select(case_acts.c.id).where(
            case_acts.c.author_id == tx.actor.person_id, case_acts.c.once == once
        )
    )
    return found is not None


async def draft(tx: Transaction, case_id: int) -> Row[Any] | None:
    """Return the actor's newest draft of an act of this case, still sealed."""
    newest = act_drafts.c.saved_at.desc(), act_drafts.c.turn.desc()
    return await tx.one(
        select(act_drafts).where(*_own(tx, case_id)).order_by(*newest).limit(1)
    )


async def end_draft(tx: Transaction, case_id: int, once: str) -> None:
    """Let the actor's draft of one form go; what waits on another machine stays."""
    await tx.run(delete(act_drafts).where(*_own(tx, case_id), act_drafts.c.once == once))


def _own(tx: Transaction, case_id: int) -> tuple[Any, Any]:
    return act_drafts.c.case_id == case_id, act_drafts.c.person_id == tx.actor.person_id


async def add_file(tx: Transaction, values: Mapping[str, Any]) -> int | None:
    """Keep a file that is sealed already; return its id, or None: the same came before."""
    row = await tx.one(
        upsert(case_files)
        .values(author_id=tx.actor.person_id, at=tx.now, **dict(values))
        .on_conflict_do_nothing()
        .returning(case_files.c.id)
    )
    return None if row is None else int(row.id)


async def count_files(tx: Transaction, case_id: int) -> int:
    """Return how many files a case has."""
    row = await tx.one(
        select(func.count()).select_from(case_files).where(case_files.c.case_id == case_id)
    )
    return int(row[0]) if row else 0


async def files_of(
    tx: Transaction, viewer: Viewer, case: OpenedCase, file_id: int | None = None
) -> Sequence[Row[Any]]:
    """Return the files that the viewer may open; their contents only for the one asked for."""
    columns = [c for c in case_files.c if c.name != "sealed_content"]
    asked = case_files.c.case_id == case.id
    if file_id is not None:
        columns, asked = list(case_files.c), asked & (case_files.c.id == file_id)
    return await tx.rows(
        select(*columns, people.c.display_name)
        .join(people, people.c.id == case_files.c.author_id)
        .where(asked, _readable(viewer, case, case_files))
        .order_by(case_files.c.id)
    )


def _readable(viewer: Viewer, case: OpenedCase, table: Any) -> Any:
    """Return who may read: 111, oversight, the lead; a co-executor what they wrote."""
    if scope_of(viewer, case) is Scope.HELPER:
        return table.c.author_id == viewer.person_id
    return table.c.case_id == case.id
