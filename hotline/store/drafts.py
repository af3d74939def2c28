"""Drafts of the desk: sealed, one key each, gone with the key when dropped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from hotline.store import keys
from hotline.store.tables import drafts, people
from hotline.store.transaction import Transaction

_SWEPT = 200  # rows a sweep


async def hold(tx: Transaction, person_id: int) -> None:
    """Let one's own saves follow each other: two machines may save at once."""
    await tx.rows(
        select(people.c.id).where(people.c.id == person_id).with_for_update(key_share=True)
    )


async def save(tx: Transaction, person_id: int, draft_id: int, fields: str) -> int:
    """Insert or replace the fields of one's own draft (JSON text); return the version."""
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
    kept = await tx.one(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_={
                "sealed_fields": sealed,
                "saved_at": tx.now,
                "version": drafts.c.version + 1,
            },
            where=drafts.c.person_id == person_id,
        ).returning(drafts.c.version)
    )
    return int(kept.version) if kept else 0


async def of_person(tx: Transaction, person_id: int) -> Sequence[Row[Any]]:
    """Return a person's drafts, still sealed: due again first, then newest, then put off."""
    due = func.coalesce(drafts.c.postponed_until <= tx.now, False)
    later = func.coalesce(drafts.c.postponed_until > tx.now, False)
    return await tx.rows(
        select(drafts)
        .where(drafts.c.person_id == person_id, drafts.c.dropped_at.is_(None))
        .order_by(
            due.desc(), later, drafts.c.postponed_until.nulls_last(),
            drafts.c.saved_at.desc(), drafts.c.id.desc(),
        )
    )  # fmt: skip


async def dropped(tx: Transaction, person_id: int) -> Sequence[Row[Any]]:
    """Return a person's drafts that were dropped and can still come back, sealed."""
    mine = drafts.c.person_id == person_id
    return await tx.rows(select(drafts).where(mine, drafts.c.dropped_at.is_not(None)))


async def put_off(
    tx: Transaction, person_id: int, draft_id: int, until: datetime | None, why: str | None
) -> bool:
    """Put one's own draft off until a moment, or take it up again; return whether it is there."""
    return await _mark(tx, person_id, draft_id, postponed_until=until, postponed_for=why)


async def let_go(tx: Transaction, person_id: int, draft_id: int, why: str) -> bool:
    """Drop one's own draft with a way back; return whether it is there."""
    return await _mark(tx, person_id, draft_id, dropped_at=tx.now, dropped_for=why)


async def bring_back(tx: Transaction, person_id: int, draft_id: int) -> bool:
    """Undo `let_go` and `put_off`; return whether the draft is still there."""
    nothing = dict.fromkeys(
        ("postponed_until", "postponed_for", "dropped_at", "dropped_for")
    )
    return await _mark(tx, person_id, draft_id, **nothing)


async def _mark(tx: Transaction, person_id: int, draft_id: int, **values: Any) -> bool:
    mine = (drafts.c.id == draft_id, drafts.c.person_id == person_id)
    return bool(await tx.run(update(drafts).where(*mine).values(**values)))


async def drop(tx: Transaction, person_id: int, draft_id: int) -> bool:
    """Delete one's own draft and its key; return whether there was one."""
    gone = await tx.run(
        delete(drafts).where(drafts.c.id == draft_id, drafts.c.person_id == person_id)
    )
    if gone:
        await keys.destroy(tx, [draft_id])
    return bool(gone)


async def sweep(tx: Transaction, dropped_before: datetime) -> int:
    """Delete what was dropped before a moment, and the keys; return how many there were."""
    old = (
        select(drafts.c.id)
        .where(drafts.c.dropped_at < dropped_before)
        .order_by(drafts.c.id)
        .limit(_SWEPT)
        .with_for_update(skip_locked=True)
    )
    gone = [row.id for row in await tx.rows(old)]
    if gone:
        await tx.run(delete(drafts).where(drafts.c.id.in_(gone)))
        await keys.destroy(tx, gone)
    return len(gone)
