"""Telegram: sendMessage to a chat that the person opened with the bot."""

from dataclasses import dataclass, field

import aiohttp

from hotline.notify.message import Message
from hotline.notify.way import checked


@dataclass(frozen=True, slots=True)
class Telegram:
    """Source: Bot API, `sendMessage`. The token is part of the address: it is never logged."""

    api: str
    token: str = field(repr=False)

    async def send(self, line: aiohttp.ClientSession, address: str, told: Message) -> None:
        """Send one message. Errors: WayFailed, for instance when the bot was blocked."""
        url = f"{self.api.rstrip('/')}/bot{self.token}/sendMessage"
        body = {
            "chat_id": address,
            "text": told.text,
            "link_preview_options": {"is_disabled": True},  # nobody fetches the answer link
            "disable_notification": False,
        }
        async with line.post(url, json=body, allow_redirects=False) as answer:
            await checked(answer)
