"""Where PostgreSQL is, read without SQLAlchemy: a warm start only looks and goes on."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def asyncpg_options(url: str) -> dict[str, Any]:
    """Return `url` as keyword arguments of asyncpg.connect; a socket folder is `?host=`."""
    parsed = urlsplit(url)
    folder = parse_qs(parsed.query).get("host", [None])[-1]
    options: dict[str, Any] = {
        "host": folder or parsed.hostname,
        "port": parsed.port,
        "user": unquote(parsed.username) if parsed.username else None,
        "password": unquote(parsed.password) if parsed.password else None,
        "database": unquote(parsed.path.removeprefix("/")) or None,
    }
    return {key: value for key, value in options.items() if value is not None}
