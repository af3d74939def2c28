"""What the environment says: addresses and secrets. Behaviour is in config/ instead."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hotline.errors import BadConfig

DATABASE_SCHEMES = ("postgresql://", "postgresql+asyncpg://", "postgres://")
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")
SHIPPED_CONFIG = Path(__file__).parents[1] / "config"


def _list(value: str) -> tuple[str, ...]:
    """Return the comma-separated values that are not empty: old and new secret together."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment of one process. Secrets are never printed: repr leaves them out."""

    database_url: str
    redis_url: str
    secret_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8111
    data_dir: Path = Path(".hotline")
    config_dir: Path = SHIPPED_CONFIG
    demo: bool = False
    telegram_secrets: tuple[str, ...] = field(default=(), repr=False)
    telegram_account: str = "bot"
    partner_secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    start_id: str = ""


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of this process. Errors: BadConfig names the variable and remedy."""
    problems: list[str] = []

    def need(name: str, remedy: str) -> str:
        value = environ.get(name, "")
        if not value:
            problems.append(f"environment: {name}: is not set; {remedy}")
        return value

    database_url = need(
        "HOTLINE_DATABASE_URL", "run `hotline up`, or give a PostgreSQL URL"
    )
    redis_url = need("HOTLINE_REDIS_URL", "run `hotline up`, or give a Redis URL")
    for name, url, schemes in (
        ("HOTLINE_DATABASE_URL", database_url, DATABASE_SCHEMES),
        ("HOTLINE_REDIS_URL", redis_url, REDIS_SCHEMES),
    ):
        if url and not url.startswith(schemes):
            problems.append(
                f"environment: {name}: is no such URL; begin it with {' or '.join(schemes)}"
            )
    secret_key = need("HOTLINE_SECRET_KEY", "set at least 32 random characters")
    port = environ.get("HOTLINE_PORT", "8111")
    if not port.isdigit():
        problems.append("environment: HOTLINE_PORT: is not a number; give a port")
    partners = []
    for entry in _list(environ.get("HOTLINE_PARTNER_SECRETS", "")):
        name, colon, secret = entry.partition(":")
        if not colon or not name or not secret:
            problems.append(
                "environment: HOTLINE_PARTNER_SECRETS: an entry is not `name:whsec_base64`;"
                " correct it"
            )
        partners.append((name, secret))
    if problems:
        raise BadConfig(problems)
    token = environ.get("HOTLINE_TELEGRAM_TOKEN", "")
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key=secret_key,
        host=environ.get("HOTLINE_HOST", "127.0.0.1"),
        port=int(port),
        data_dir=Path(environ.get("HOTLINE_DATA_DIR") or ".hotline"),
        config_dir=Path(environ.get("HOTLINE_CONFIG_DIR") or SHIPPED_CONFIG),
        demo=environ.get("HOTLINE_DEMO", "") == "1",
        telegram_secrets=_list(environ.get("HOTLINE_TELEGRAM_SECRET", "")),
        telegram_account=token.partition(":")[0] or "bot",
        partner_secrets=tuple(partners),
        start_id=environ.get("HOTLINE_START_ID", ""),
    )
