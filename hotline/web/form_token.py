"""Tokens that bind a form to the browser that asked for it."""

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

LIFE = timedelta(hours=24)
_SHAPE = re.compile(r"(\d{9,11})\.([0-9a-f]{32})\.([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that was made by us for this form and has not run out."""

    nonce: str
    age: timedelta


class FormTokens:
    """Makes and reads tokens. Nothing is stored: a keyed hash ties the parts together."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(
        self, form_id: str, now: datetime, nonce: str | None = None
    ) -> tuple[str, str]:
        """Return (token for a hidden field, nonce for a SameSite=Strict cookie)."""
        nonce = nonce or secrets.token_hex(16)
        stamp = str(int(now.timestamp()))
        return f"{stamp}.{nonce}.{self._sign(form_id, stamp, nonce)}", nonce

    def read(self, token: str, form_id: str, now: datetime) -> Issued | None:
        """Return what `token` says when it is ours, for `form_id`, and fresh enough."""
        found = _SHAPE.fullmatch(token)
        if found is None:
            return None
        stamp, nonce, sign = found.groups()
        if not hmac.compare_digest(sign, self._sign(form_id, stamp, nonce)):
            return None
        age = timedelta(seconds=now.timestamp() - int(stamp))
        return Issued(nonce, age) if timedelta(minutes=-1) <= age <= LIFE else None

    def _sign(self, form_id: str, stamp: str, nonce: str) -> str:
        content = f"{form_id}\n{stamp}\n{nonce}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, content, "sha256").hexdigest()[:32]


def from_elsewhere(headers: Mapping[str, str], host: str) -> bool:
    """Return whether a browser says that another site sent this form.

    `Origin: null` is no sign: our own pages, with Referrer-Policy no-referrer, send it.
    """
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("Origin", "null")
    if origin == "null":
        return False
    try:
        return urlsplit(origin).netloc != host
    except ValueError:
        return True
