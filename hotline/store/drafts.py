"""Drafts of the desk: sealed, one key each, gone with the key when dropped."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.dialects.postgresql import insert

from hotline.store import keys
from hotline.store.tables import drafts
from hotline.store.transaction import Transaction


async def save(tx: Transaction, person_id: int, draft_id: int, fields: str) -> None:
    """Insert or replace the fields of one's own draft (JSON text)."""
    known = await tx.one(select(drafts.c.person_id).where(drafts.c.id == draft_id))
    key = await (keys.load_one if known else keys.create)(tx, draft_id)
    sealed = key.seal_text("draft", fields)
    statement = insert(drafts).values(
        id=draft_id,
        person_id=person_id,
        created_at=tx.now,
        saved_at=tx.now,
        sealed_fields=sealed,
    )
    await tx.run(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_={
                "sealed_fields": sealed,
                "saved_at": tx.now,
                "version": drafts.c.version + 1,
            },
            where=drafts.c.person_id == person_id,
        )
    )


async def of_person(tx: Transaction, person_id: int) -> Sequence[Row[Any]]:
    """Return a person's drafts, newest first, still sealed."""
    return await tx.rows(
        select(drafts)
        .where(drafts.c.person_id == person_id)
        .order_by(drafts.c.saved_at.desc())
    )


async def drop(tx: Transaction, person_id: int, draft_id: int) -> bool:
    """Delete one's own draft and its key; return whether there was one."""
    gone = await tx.run(
        delete(drafts).where(drafts.c.id == draft_id, drafts.c.person_id == person_id)
    )
    if gone:
        await keys.destroy(tx, [draft_id])
    return bool(gone)
