"""Wrong tries that are counted apart from people: of known browsers, of names nobody has.

A mark is a keyed hash: neither a name that was typed nor a browser's token can be read here.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from hotline.store.tables_admin import sign_in_marks as marks
from hotline.store.transaction import Transaction

BROWSER, NAME = "browser", "name"
BROWSER_KEPT, _NAME_KEPT = timedelta(days=90), timedelta(days=1)


async def read(tx: Transaction, mark: bytes) -> Row[Any] | None:
    """Return what is counted under a mark, or None."""
    return await tx.one(select(marks).where(marks.c.mark == mark))


async def lock(tx: Transaction, mark: bytes, kind: str) -> Row[Any]:
    """Return what is counted under a mark, locked; a fresh one begins at 0."""
    fresh = insert(marks).values(mark=mark, kind=kind, failures=0, seen_at=tx.now)
    await tx.run(fresh.on_conflict_do_nothing(index_elements=["mark"]))
    row = await tx.one(select(marks).where(marks.c.mark == mark).with_for_update())
    if row is None:
        raise RuntimeError("a mark was not stored")
    return row


async def put(tx: Transaction, mark: bytes, values: dict[str, object]) -> None:
    """Set what is counted under a mark."""
    seen = {**values, "seen_at": tx.now}
    await tx.run(update(marks).where(marks.c.mark == mark).values(**seen))


async def sweep(tx: Transaction) -> None:
    """Forget what nobody has used for long."""
    old = and_(marks.c.kind == BROWSER, marks.c.seen_at < tx.now - BROWSER_KEPT)
    typed = and_(marks.c.kind == NAME, marks.c.seen_at < tx.now - _NAME_KEPT)
    await tx.run(delete(marks).where(or_(old, typed)))
