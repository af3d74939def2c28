"""What a contact goes on from: an edit's original, an album's first part, a thread's root."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, and_, literal_column, or_, select, text

from hotline.cases.terms import CaseStatus, ContactState
from hotline.store.contacts import BRIEF
from hotline.store.tables import cases, contacts
from hotline.store.transaction import Transaction

# An original may have the larger id: each process takes its ids from a block of its own.
_ROOTS = text("""
SELECT f.id, r.id AS root_id, r.case_id, r.apart
FROM contacts f CROSS JOIN LATERAL (
  SELECT * FROM (
    SELECT r.id, r.case_id, r.apart, 0 AS rank, r.received_at FROM contacts r
    WHERE r.id = f.follows_id
    UNION ALL
    SELECT r.id, r.case_id, r.apart, 1, r.received_at FROM contacts r
    WHERE r.channel = f.channel AND r.account = f.account AND r.external_id = f.follows_ref
    UNION ALL
    SELECT r.id, r.case_id, r.apart, 2, r.received_at FROM contacts r
    WHERE r.channel = f.channel AND r.account = f.account AND r.follows_ref = f.follows_ref
      AND (r.received_at, r.id) < (f.received_at, f.id)
  ) AS r WHERE r.id <> f.id ORDER BY r.rank, r.received_at, r.id LIMIT 1
) AS r
WHERE f.id = ANY(:ids) AND (f.follows_id IS NOT NULL OR f.follows_ref IS NOT NULL)
""")


async def roots(tx: Transaction, ids: Iterable[int]) -> dict[int, Row[Any]]:
    """Return for each contact that goes on from another: its root, and the root's case."""
    rows = await tx.rows(_ROOTS, {"ids": list(ids)})
    return {row.id: row for row in rows}


_WHOLE = text("""
WITH RECURSIVE whole AS (
  SELECT id, channel, account, external_id, follows_ref, follows_id FROM contacts WHERE id = :id
  UNION
  SELECT c.id, c.channel, c.account, c.external_id, c.follows_ref, c.follows_id
  FROM whole w JOIN contacts c ON c.follows_id = w.id OR c.id = w.follows_id
    OR (c.channel = w.channel AND c.account = w.account
        AND (c.follows_ref IN (w.external_id, w.follows_ref) OR c.external_id = w.follows_ref))
)
SELECT id FROM whole ORDER BY id
""")


async def whole(tx: Transaction, contact_id: int) -> list[int]:
    """Return a contact with all that it goes on from and all that goes on from it."""
    return [row.id for row in await tx.rows(_WHOLE, {"id": contact_id})]


async def lock_open_cases(
    tx: Transaction, ids: Iterable[int], *, wait: bool = True
) -> set[int]:
    """Lock those of `ids` that are open, in one order everywhere; return them.

    Without `wait` a case that somebody else moves just now is left out.
    """
    rows = await tx.rows(
        select(cases.c.id)
        .where(cases.c.id.in_(sorted(set(ids))), cases.c.status != CaseStatus.CLOSED)
        .order_by(cases.c.id)
        .with_for_update(skip_locked=not wait)
    )
    return {row.id for row in rows}


async def waiting_after(tx: Transaction, ids: Iterable[int]) -> Sequence[Row[Any]]:
    """Return, locked, what follows these contacts, was judged and belongs to no case yet.

    What triage holds at this moment is passed over: it looks for itself.
    """
    root = contacts.alias("root")
    follows = or_(
        contacts.c.follows_id == root.c.id,
        and_(
            contacts.c.channel == root.c.channel,
            contacts.c.account == root.c.account,
            or_(
                contacts.c.follows_ref == root.c.external_id,
                contacts.c.follows_ref == root.c.follows_ref,
            ),
        ),
    )
    wanted = (
        select(contacts.c.id)
        .select_from(root.join(contacts, follows))
        .where(root.c.id.in_(list(ids)), contacts.c.id != root.c.id)
    )
    return await tx.rows(
        select(*BRIEF)
        .where(
            contacts.c.id.in_(wanted),
            contacts.c.case_id.is_(None),
            contacts.c.state == literal_column(f"'{ContactState.TRIAGED}'"),
        )
        .order_by(contacts.c.id)
        .with_for_update(skip_locked=True)
    )


async def keep_apart_as(tx: Transaction, contact_id: int, apart: Sequence[str]) -> None:
    """Keep out of a contact whoever is out of what it goes on from."""
    await tx.run(
        text(
            "UPDATE contacts SET version = version + 1, apart ="
            " array(SELECT DISTINCT key FROM unnest(apart || :more ::text[]) AS key ORDER BY key)"
            " WHERE id = :id"
        ),
        {"id": contact_id, "more": sorted(apart)},
    )
