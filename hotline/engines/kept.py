"""Secrets of a demo, made up once and kept in its data folder."""

import base64
import os
import secrets
from pathlib import Path

from hotline.engines.data_dir import write_private
from hotline.errors import Unavailable


def secret_key(data_dir: Path, *, demo: bool) -> str:
    """Return the master secret: given by the environment, or the demo's own.

    Errors: Unavailable outside the demo when the environment has none: a key that lies
    beside what it seals would be none.
    """
    given = os.environ.get("HOTLINE_SECRET_KEY")
    if given:
        return given
    if not demo:
        raise Unavailable(
            "HOTLINE_SECRET_KEY is not set: make one with `openssl rand -base64 32`, "
            "keep it apart from the database, and set it; or try `hotline up --demo`"
        )
    return _kept(data_dir, "secret-key", base64.b64encode(secrets.token_bytes(32)).decode())


def kept_secret_key(data_dir: Path) -> str | None:
    """Return the secret of a demo in `data_dir`, for a second process; None without one."""
    try:
        return (data_dir / "secret-key").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def demo_password(data_dir: Path) -> str:
    """Return the password of the demo's users: given by the environment, or made up."""
    given = os.environ.get("HOTLINE_DEMO_PASSWORD")
    return given or _kept(data_dir, "demo-password", secrets.token_urlsafe(9))


def _kept(data_dir: Path, name: str, fresh: str) -> str:
    path = data_dir / name
    if not path.exists():
        write_private(path, fresh)
    return path.read_text(encoding="utf-8").strip()
