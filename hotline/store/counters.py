"""Counters of contacts, cases and referrals, so that no page ever counts a million rows."""

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


async def read(tx: Transaction, name: str) -> dict[tuple[str, ...], int]:
    """Return exact counts by key parts, folded or not.

    `name`: contact (channel, state, urgency), case (region, status, urgency),
    referral (body, status, urgency).
    """
    both = union_all(
        select(counters.c.key, counters.c.n).where(counters.c.name == name),
        select(counter_deltas.c.key, counter_deltas.c.n).where(
            counter_deltas.c.name == name
        ),
    ).subquery()
    rows = await tx.rows(select(both.c.key, func.sum(both.c.n)).group_by(both.c.key))
    counted: dict[tuple[str, ...], int] = {}
    for key, n in (tuple(row) for row in rows):
        if n:
            counted[tuple(str(key).split("|"))] = int(n)
    return counted
