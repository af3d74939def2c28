"""Connections to PostgreSQL."""

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from hotline.store.address import asyncpg_options

__all__ = ["asyncpg_options", "open_engine"]

# A statement that runs longer than this is a bug; RQ's own time-outs are signals that
# would not reach PostgreSQL.
STATEMENT_TIMEOUT_MS = 30_000


def open_engine(url: str, *, pool_size: int = 5) -> AsyncEngine:
    """Return an engine on `url` (any postgresql:// form; asyncpg is the driver).

    Units: `pool_size` in connections. Errors: none until the first statement.
    """
    parsed = make_url(url).set(drivername="postgresql+asyncpg")
    return create_async_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_pre_ping=False,  # a lost connection is seen and answered with 503; see runtime
        connect_args={
            "timeout": 5,
            "server_settings": {
                "application_name": "hotline",
                "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                "jit": "off",  # short statements: planning with JIT costs more than it saves
            },
        },
    )
