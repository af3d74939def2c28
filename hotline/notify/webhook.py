"""A signed webhook out: Standard Webhooks, one signature for each secret in force.

Source: the Standard Webhooks specification, as at our own door for partners.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

_PREFIX = "whsec_"


def headers(secrets: Sequence[str], name: str, at: int, body: bytes) -> dict[str, str]:
    """Return the headers of one webhook. Units: `at` in seconds since 1970.

    `name` is the same for every attempt: the receiver knows a repetition by it.
    """
    signatures = " ".join(sign(secret, name, str(at), body) for secret in secrets)
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": signatures,
    }


def sign(secret: str, name: str, at: str, body: bytes) -> str:
    """Return the signature of one webhook."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    told = f"{name}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()
