"""Standard Webhooks: HMAC-SHA256 over id, timestamp and the bytes as they came.

Own, because it must be total: whatever the headers hold, the answer is yes or no.
Source: the Standard Webhooks specification, "Verifying signatures".
"""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping

PREFIX = "whsec_"


def secret_bytes(secret: str) -> bytes | None:
    """Return the key in `whsec_<base64>`, or None when it is not one."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def signed_by(
    headers: Mapping[str, str],
    body: bytes,
    secrets: Iterable[tuple[str, bytes]],
    *,
    now: float,
    tolerance: float,
) -> str | None:
    """Return the name in `secrets` whose key signed `body`, or None.

    Units: `now` in seconds since 1970, `tolerance` in seconds either way. Every key is
    compared, so that the time taken does not tell which partner exists.
    """
    message_id = _bytes(headers.get("webhook-id", ""))
    stamp = headers.get("webhook-timestamp", "")
    if not message_id or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):  # noqa: PLR2004
        return None
    if abs(now - int(stamp)) > tolerance:
        return None
    given = [
        _bytes(value)
        for version, _, value in (
            part.partition(",") for part in headers.get("webhook-signature", "").split(" ")
        )
        if version == "v1"
    ]
    content = b".".join((message_id, stamp.encode(), body))
    found = None
    for name, key in secrets:
        wanted = base64.b64encode(hmac.digest(key, content, "sha256"))
        if any([hmac.compare_digest(one, wanted) for one in given]):  # noqa: C419  all of them
            found = name
    return found


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")
