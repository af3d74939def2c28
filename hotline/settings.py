"""What the environment says: addresses and secrets. Behaviour is in config/ instead."""

import base64
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

    database_url: str = field(repr=False)  # an address may hold a password
    redis_url: str = field(repr=False)
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
    public_url: str = ""  # where people reach the console from outside
    kannel_url: str = field(default="", repr=False)
    kannel_user: str = field(default="", repr=False)
    kannel_password: str = field(default="", repr=False)
    telegram_api: str = "https://api.telegram.org"
    telegram_token: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    smtp_from: str = "hotline@localhost"
    voice_url: str = field(default="", repr=False)
    voice_secret: str = field(default="", repr=False)
    whatsapp_secrets: tuple[str, ...] = field(default=(), repr=False)
    whatsapp_verify_tokens: tuple[str, ...] = field(default=(), repr=False)
    whatsapp_token: str = field(default="", repr=False)
    whatsapp_number_id: str = ""
    whatsapp_api: str = "https://graph.facebook.com/v23.0"
    viber_tokens: tuple[str, ...] = field(default=(), repr=False)
    viber_api: str = "https://chatapi.viber.com/pa"
    sms_secrets: tuple[str, ...] = field(default=(), repr=False)
    imap_url: str = field(default="", repr=False)
    mail_listen: str = field(default="", repr=False)
    ari_url: str = field(default="", repr=False)
    ari_user: str = field(default="", repr=False)
    ari_password: str = field(default="", repr=False)
    ari_app: str = "hotline"


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
    outward = _outward(environ, problems)
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
        whatsapp_secrets=_list(environ.get("HOTLINE_WHATSAPP_APP_SECRET", "")),
        whatsapp_verify_tokens=_list(environ.get("HOTLINE_WHATSAPP_VERIFY_TOKEN", "")),
        viber_tokens=_list(environ.get("HOTLINE_VIBER_TOKEN", "")),
        sms_secrets=_list(environ.get("HOTLINE_SMS_SECRET", "")),
        start_id=environ.get("HOTLINE_START_ID", ""),
        **outward,
    )


_OUTWARD = {  # providers; each may be missing (docs/howto/wake-duty.md, channels.md)
    "public_url": "HOTLINE_PUBLIC_URL",
    "kannel_url": "HOTLINE_KANNEL_URL",
    "kannel_user": "HOTLINE_KANNEL_USER",
    "kannel_password": "HOTLINE_KANNEL_PASSWORD",
    "telegram_api": "HOTLINE_TELEGRAM_API",
    "telegram_token": "HOTLINE_TELEGRAM_TOKEN",
    "smtp_url": "HOTLINE_SMTP_URL",
    "smtp_from": "HOTLINE_SMTP_FROM",
    "voice_url": "HOTLINE_VOICE_BRIDGE_URL",
    "voice_secret": "HOTLINE_VOICE_BRIDGE_SECRET",
    "whatsapp_token": "HOTLINE_WHATSAPP_ACCESS_TOKEN",
    "whatsapp_number_id": "HOTLINE_WHATSAPP_PHONE_NUMBER_ID",
    "whatsapp_api": "HOTLINE_WHATSAPP_API",
    "viber_api": "HOTLINE_VIBER_API",
    "imap_url": "HOTLINE_IMAP_URL",
    "mail_listen": "HOTLINE_MAIL_LISTEN",
    "ari_url": "HOTLINE_ARI_URL",
    "ari_user": "HOTLINE_ARI_USER",
    "ari_password": "HOTLINE_ARI_PASSWORD",
    "ari_app": "HOTLINE_ARI_APP",
}
_WEB = ("http://", "https://")
_SCHEMES = {
    "smtp_url": ("smtp://", "smtps://"),
    "imap_url": ("imap://", "imaps://"),
    "mail_listen": ("lmtp://", "smtp://"),
    "ari_url": ("http://", "https://", "ws://", "wss://"),
}


def _outward(environ: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    """Return what is set of the ways out; adds to `problems` what cannot work."""
    found = {name: environ.get(variable, "") for name, variable in _OUTWARD.items()}
    for name, variable in _OUTWARD.items():
        schemes = _SCHEMES.get(name, _WEB)
        address = name.endswith(("_url", "_api", "_listen"))
        if address and found[name] and not found[name].startswith(schemes):
            problems.append(
                f"environment: {variable}: is no such URL; begin it with {' or '.join(schemes)}"
            )
    if found["voice_url"] and not _whsec(found["voice_secret"]):
        problems.append(
            "environment: HOTLINE_VOICE_BRIDGE_SECRET: is not `whsec_base64`; set one, "
            "the bridge knows by it that we asked"
        )
    for name in ("telegram_token", "whatsapp_token"):
        found[name] = next(iter(_list(found[name])), "")  # the newest goes out
    return {name: value for name, value in found.items() if value}


def _whsec(secret: str) -> bool:
    try:
        return secret.startswith("whsec_") and bool(
            base64.b64decode(secret[6:], validate=True)
        )
    except ValueError:
        return False
