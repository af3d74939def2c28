"""What every way of waking a person can do, and how it fails."""

from typing import Protocol

import aiohttp

from hotline.notify.message import Message

_LONGEST_ANSWER = 4096
_REFUSED = 400  # from here on a status is a refusal


class WayFailed(Exception):
    """The page did not go out by this way. `code` alone is kept: no address, no answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Way(Protocol):
    """One provider."""

    async def send(self, line: aiohttp.ClientSession, address: str, told: Message) -> None:
        """Hand the message over to the provider. Errors: WayFailed."""


async def checked(answer: aiohttp.ClientResponse) -> bytes:
    """Return the beginning of a good answer. Errors: WayFailed with the status alone."""
    if answer.status >= _REFUSED:
        raise WayFailed(f"http_{answer.status}")
    return await answer.content.read(_LONGEST_ANSWER)
