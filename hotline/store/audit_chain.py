"""Blocks over the logs of people's doings: each seals its rows and the block before it.

The seal is keyed by the service's secret, so that nobody who has the database alone can make
a chain that holds. A row that is altered, added behind the chain's back or taken out shows.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, text

from hotline.store.tables_admin import audit_chain
from hotline.store.transaction import Transaction

BLOCK = 2_000  # rows at most
FIRST = b"\0" * 32
# What of a row is sealed: everything that never changes. JSON, so that no two rows read alike.
_ROWS = {
    "case_events": "id, extract(epoch from at), case_id, contact_id, event, actor_id, actor, data",
    "sign_ins": "id, extract(epoch from at), person_id, outcome, device",
    # As it was proposed; what became of it stands in case_events, as `change_decided`.
    "changes": "id, what, key, before, after, two, extract(epoch from proposed_at), proposed_by",
}
SOURCES = tuple(_ROWS)


@dataclass(frozen=True, slots=True)
class Edge:
    """How far each log had come at a moment of the database's own clock."""

    at: datetime
    newest: dict[str, int]


async def lock(tx: Transaction) -> bool:
    """Return whether this process may add blocks; else another one is at it."""
    row = await tx.one(text("SELECT pg_try_advisory_xact_lock(1110018)"))
    return bool(row and row[0])


async def edge(tx: Transaction) -> Edge:
    """Return how far the logs have come now."""
    newest = ", ".join(f"(SELECT coalesce(max(id), 0) FROM {one})" for one in SOURCES)
    row = await tx.one(text(f"SELECT clock_timestamp(), {newest}"))
    if row is None:
        raise RuntimeError("the clock of the database did not answer")
    found: list[Any] = list(row)
    return Edge(found[0], dict(zip(SOURCES, map(int, found[1:]), strict=True)))


async def all_ended(tx: Transaction, since: datetime) -> bool:
    """Return whether no transaction that began before `since` still runs.

    Such a one may hold a lower id than rows that can be seen already.
    """
    row = await tx.one(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND xact_start < :since"
            " AND pid <> pg_backend_pid()"
        ),
        {"since": since},
    )
    return row is not None and row[0] == 0


async def last(tx: Transaction, source: str | None = None) -> Row[Any] | None:
    """Return the newest block, of a log or of all."""
    asked = select(audit_chain).order_by(audit_chain.c.id.desc()).limit(1)
    return await tx.one(
        asked if source is None else asked.where(audit_chain.c.source == source)
    )


async def blocks(tx: Transaction, after: int = 0, limit: int = 500) -> Sequence[Row[Any]]:
    """Return blocks in order."""
    return await tx.rows(
        select(audit_chain)
        .where(audit_chain.c.id > after)
        .order_by(audit_chain.c.id)
        .limit(limit)
    )


async def end_of_block(tx: Transaction, source: str, after: int, until: int) -> int:
    """Return the id with which the next block of a log ends; `after` where none is due."""
    row = await tx.one(
        text(
            f"SELECT max(id) FROM (SELECT id FROM {source} WHERE id > :after AND id <= :until"
            " ORDER BY id LIMIT :most) AS block"
        ),
        {"after": after, "until": until, "most": BLOCK},
    )
    return int(row[0]) if row is not None and row[0] is not None else after


async def digest(tx: Transaction, source: str, first: int, end: int) -> tuple[int, bytes]:
    """Return how many rows of a log lie in a block, and the hash over them in order of id."""
    told = f"jsonb_build_array({_ROWS[source]})::text"
    row = await tx.one(
        text(
            f"SELECT count(*), sha256(convert_to(coalesce(string_agg({told}, E'\\n'"
            f" ORDER BY id), ''), 'UTF8')) FROM {source}"
            " WHERE id >= :first AND id <= :last"
        ),
        {"first": first, "last": end},
    )
    if row is None:
        raise RuntimeError("an aggregate answered nothing")
    counted: list[Any] = list(row)
    return int(counted[0]), bytes(counted[1])


def seal(key: bytes, before: bytes, block: Any, rows: int, told: bytes) -> bytes:
    """Return the seal of a block: over the block before it, its bounds and its rows."""
    bounds = f"{block.id}|{block.source}|{block.from_id}|{block.to_id}|{rows}|"
    return hmac.digest(key, before + bounds.encode() + told, "sha256")


async def add(tx: Transaction, values: dict[str, Any]) -> None:
    """Add a block."""
    await tx.run(insert(audit_chain).values(at=tx.now, **values))
