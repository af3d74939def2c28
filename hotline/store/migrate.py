"""Bringing the database to the newest version."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg

from hotline.errors import Unavailable
from hotline.store.address import asyncpg_options

HEAD = "0007"


async def _connect(url: str) -> Any:
    """Return a connection. Errors: Unavailable, which names no address: it may hold a password."""
    try:
        return await asyncpg.connect(**asyncpg_options(url), timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unavailable(
            f"the database cannot be reached ({type(error).__name__}); start it, or correct"
            " HOTLINE_DATABASE_URL"
        ) from error


async def current(url: str) -> str | None:
    """Return the version that the database stands at, or None for an empty one."""
    connection = await _connect(url)
    try:
        known = await connection.fetchval("SELECT to_regclass('public.alembic_version')")
        if known is None:
            return None
        found: str | None = await connection.fetchval(
            "SELECT version_num FROM alembic_version"
        )
        return found
    finally:
        await connection.close()


async def upgrade(url: str, version: str = HEAD) -> bool:
    """Bring the database to `version`; return whether anything was done.

    Safe to run from several machines at once: an advisory lock makes the others wait.
    """
    if await current(url) == version:
        return False
    # Late: alembic and SQLAlchemy cost most of a second that a warm start does not need.
    from alembic import command
    from alembic.config import Config

    from hotline.store.engine import open_engine

    def run(connection: Any) -> None:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(1110001)")
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, version)

    engine = open_engine(url, pool_size=1)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()
    return True


def upgrade_now(url: str) -> bool:
    """Do `upgrade` from code that has no event loop."""
    return asyncio.run(upgrade(url))


async def any_row(url: str, table: str) -> bool:
    """Return whether `table`, a name of our own, holds a row; cheap enough for every start."""
    connection = await _connect(url)
    try:
        return bool(await connection.fetchval(f"SELECT EXISTS (SELECT 1 FROM {table})"))
    finally:
        await connection.close()


async def demo_password_hash(url: str) -> str | None:
    """Return the hash that the demo's users share, or None before there are any."""
    connection = await _connect(url)
    try:
        found: str | None = await connection.fetchval(
            "SELECT password_hash FROM people WHERE username = 'operator'"
        )
        return found
    finally:
        await connection.close()
