"""Counters of contacts, cases and referrals, so that no page ever counts a million rows."""

from typing import Any

from sqlalchemy import func, select, text, union_all

from hotline.store.tables import counter_deltas, counters
from hotline.store.transaction import Transaction

_FOLD = text("""
WITH taken AS (DELETE FROM counter_deltas WHERE id IN (
  SELECT id FROM counter_deltas ORDER BY id LIMIT 20000 FOR UPDATE SKIP LOCKED)
  RETURNING name, key, n)
INSERT INTO counters AS c (name, key, n)
SELECT name, key, sum(n) FROM taken GROUP BY name, key ORDER BY name, key
ON CONFLICT (name, key) DO UPDATE SET n = c.n + excluded.n
""")


async def fold(tx: Transaction) -> None:
    """Add the differences that statements left behind to the counters."""
    await tx.run(text("SELECT pg_advisory_xact_lock(1110002)"))  # one folder at a time
    await tx.run(_FOLD)


async def read(
    tx: Transaction, name: str, first: str | None = None
) -> dict[tuple[str, ...], int]:
    """Return exact counts by key parts, folded or not; those whose first part is `first`.

    `name`: contact (channel, state, urgency), case (region, status, urgency),
    referral (body, status, urgency).
    """

    def of(table: Any) -> Any:
        chosen = select(table.c.key, table.c.n).where(table.c.name == name)
        if first is None:
            return chosen
        return chosen.where(table.c.key > f"{first}|", table.c.key < f"{first}}}")

    both = union_all(of(counters), of(counter_deltas)).subquery()
    rows = await tx.rows(select(both.c.key, func.sum(both.c.n)).group_by(both.c.key))
    counted: dict[tuple[str, ...], int] = {}
    for key, n in (tuple(row) for row in rows):
        if n:
            counted[tuple(str(key).split("|"))] = int(n)
    return counted
