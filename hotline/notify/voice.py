"""Voice: a signed webhook to whatever bridge calls people and reads a sentence to them."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

import aiohttp
import msgspec

from hotline.clock import Clock
from hotline.notify.message import Message
from hotline.notify.way import checked

_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Voice:
    """Source: Standard Webhooks, as at our own door for partners (docs/api-partner.md)."""

    url: str
    clock: Clock
    secret: str = field(repr=False)

    async def send(self, line: aiohttp.ClientSession, address: str, told: Message) -> None:
        """Ask the bridge to call; `webhook-id` is the same for every attempt.

        Errors: WayFailed.
        """
        body = msgspec.json.encode(
            {
                "type": "duty.page",
                "to": address,
                "lang": told.locale,
                "text": told.text,
                "code": told.code,
                "urgency": told.urgency,
            }
        )
        name = f"page-{told.page_id}"
        at = str(int(self.clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": at,
            "webhook-signature": sign(self.secret, name, at, body),
        }
        async with line.post(
            self.url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            await checked(answer)


def sign(secret: str, name: str, at: str, body: bytes) -> str:
    """Return the signature of one webhook."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    told = f"{name}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()
