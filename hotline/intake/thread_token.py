"""The right to one open thread, for a while: a signed field of its page, nothing in a cookie.

A cookie would let whoever takes the phone next open the thread again. This dies with the page.
"""

import hmac
import re
from datetime import datetime, timedelta

_SHAPE = re.compile(r"(\d{9,11})\.(\d{1,18})\.([0-9a-f]{64})", re.ASCII)
_EARLY = timedelta(minutes=-1)


class ThreadTokens:
    """Makes and reads the tokens. Units: `life` is how long one holds."""

    def __init__(self, key: bytes, life: timedelta) -> None:
        self._key = key
        self._life = life

    def issue(self, contact_id: int, now: datetime) -> str:
        """Return a token for the thread that begins with `contact_id`."""
        stamp = str(int(now.timestamp()))
        return f"{stamp}.{contact_id}.{self._sign(stamp, str(contact_id))}"

    def read(self, token: str, now: datetime) -> int | None:
        """Return the contact whose thread `token` opens, if it is ours and not too old."""
        found = _SHAPE.fullmatch(token)
        if found is None:
            return None
        stamp, contact_id, sign = found.groups()
        if not hmac.compare_digest(sign, self._sign(stamp, contact_id)):
            return None
        age = timedelta(seconds=now.timestamp() - int(stamp))
        return int(contact_id) if _EARLY <= age <= self._life else None

    def _sign(self, stamp: str, contact_id: str) -> str:
        return hmac.new(self._key, f"{stamp}\n{contact_id}".encode(), "sha256").hexdigest()
