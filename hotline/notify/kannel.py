"""SMS through Kannel's sendsms: GET with user name and password, "0: Accepted"."""

from dataclasses import dataclass, field

import aiohttp

from hotline.notify.message import Message
from hotline.notify.way import WayFailed, checked

_GOOD = (b"0:", b"3:", b"Sent.", b"Accepted")  # accepted, or queued for later


@dataclass(frozen=True, slots=True)
class Kannel:
    """Source: Kannel user's guide, "Using the HTTP interface to send SMS messages"."""

    url: str
    user: str
    password: str = field(repr=False)

    async def send(self, line: aiohttp.ClientSession, address: str, told: Message) -> None:
        """Send one SMS, in UCS-2 since Kazakh letters are in no other. Errors: WayFailed."""
        asked = {
            "username": self.user,
            "password": self.password,
            "to": address,
            "text": told.text,
            "coding": "2",
            "charset": "UTF-8",
        }
        url = f"{self.url.rstrip('/')}/cgi-bin/sendsms"
        async with line.get(url, params=asked, allow_redirects=False) as answer:
            said = await checked(answer)
        if not said.lstrip().startswith(_GOOD):
            raise WayFailed("refused")
