"""Voice: a signed webhook to whatever bridge calls people and reads a sentence to them."""

from dataclasses import dataclass, field

import aiohttp
import msgspec

from hotline.clock import Clock
from hotline.notify.message import Message
from hotline.notify.way import checked
from hotline.notify.webhook import headers


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
        at = int(self.clock.now().timestamp())
        signed = headers([self.secret], f"page-{told.page_id}", at, body)
        async with line.post(
            self.url, data=body, headers=signed, allow_redirects=False
        ) as answer:
            await checked(answer)
