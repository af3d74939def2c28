"""Sites where posters with codes hang, and their codes: kept as keyed hashes only."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.store.tables_channels import site_codes, sites
from hotline.store.transaction import Transaction


async def by_code(tx: Transaction, code_hash: bytes) -> Row[Any] | None:
    """Return the site of a code that was not revoked."""
    return await tx.one(
        select(sites)
        .join(site_codes, site_codes.c.site_id == sites.c.id)
        .where(site_codes.c.code_hash == code_hash, site_codes.c.revoked_at.is_(None))
    )


async def by_ids(tx: Transaction, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """Return sites by id."""
    if not ids:
        return {}
    rows = await tx.rows(select(sites).where(sites.c.id.in_(list(ids))))
    return {row.id: row for row in rows}


async def every(tx: Transaction) -> Sequence[Row[Any]]:
    """Return all sites with how many codes hang there, by region and id."""
    live = (
        select(func.count())
        .where(site_codes.c.site_id == sites.c.id, site_codes.c.revoked_at.is_(None))
        .scalar_subquery()
        .label("codes")
    )
    return await tx.rows(select(sites, live).order_by(sites.c.region, sites.c.id))


async def put(tx: Transaction, site_id: str, values: Mapping[str, Any]) -> None:
    """Add a site or change it."""
    made = {"made_at": tx.now, "made_by": tx.actor.person_id}
    row = upsert(sites).values(id=site_id, **made, **values)
    await tx.run(row.on_conflict_do_update(index_elements=["id"], set_=dict(values)))


async def codes(tx: Transaction, site_id: str) -> Sequence[Row[Any]]:
    """Return a site's codes, newest first; no code can be read again."""
    return await tx.rows(
        select(site_codes.c.id, site_codes.c.made_at, site_codes.c.revoked_at)
        .where(site_codes.c.site_id == site_id)
        .order_by(site_codes.c.id.desc())
    )


async def add_code(tx: Transaction, site_id: str, code_hash: bytes) -> None:
    """Keep a fresh code's hash."""
    await tx.run(
        insert(site_codes).values(
            code_hash=code_hash,
            site_id=site_id,
            made_at=tx.now,
            made_by=tx.actor.person_id,
        )
    )


async def revoke(tx: Transaction, site_id: str, code_id: int) -> bool:
    """Revoke one code; return whether it was live."""
    ended = {"revoked_at": tx.now, "revoked_by": tx.actor.person_id}
    touched = await tx.run(
        update(site_codes)
        .where(
            site_codes.c.id == code_id,
            site_codes.c.site_id == site_id,
            site_codes.c.revoked_at.is_(None),
        )
        .values(**ended)
    )
    return touched > 0
