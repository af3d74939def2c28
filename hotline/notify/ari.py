"""Asks Asterisk to do something with a channel, a bridge or a recording.

Total: a channel that is gone, a refusal, a line that is down are answers, not errors. They
are ordinary races of telephony, and no call may end because of one.

Source: Asterisk 22, rest-api/api-docs; docs/howto/phone.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote, urlsplit, urlunsplit

import aiohttp
import msgspec

_LARGEST = 64 * 1024 * 1024  # bytes of one answer: a long recording
_CHUNK = 64 * 1024
TALK_DETECT = (
    "300,128"  # ms of silence that ends talk, loudness: heard 0.5 s after it begins
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` 0: nothing did."""

    status: int
    body: bytes = field(default=b"", repr=False)

    @property
    def well(self) -> bool:
        """Return whether it was done."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def gone(self) -> bool:
        """Return whether what was meant is not there any more."""
        return self.status == HTTPStatus.NOT_FOUND

    def json(self) -> Any:
        """Return the body as it reads, or None."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None


class Line(Protocol):
    """How a request reaches Asterisk: by HTTP, or over the socket that it opened to us."""

    async def ask(self, method: str, path: str, query: Mapping[str, str]) -> Answer:
        """Return the answer, whatever happens."""
        ...


@dataclass(frozen=True, slots=True)
class HttpLine:
    """Requests by HTTP. `session` belongs to the caller."""

    session: aiohttp.ClientSession
    base: str
    user: str
    password: str = field(repr=False)
    timeout_s: float = 5.0

    @property
    def headers(self) -> dict[str, str]:
        """Return the header by which Asterisk knows us; never in a URL."""
        return {"Authorization": aiohttp.encode_basic_auth(self.user, self.password)}

    async def ask(self, method: str, path: str, query: Mapping[str, str]) -> Answer:
        """Return the answer, whatever happens."""
        try:
            async with self.session.request(
                method,
                self.base + path,
                params=dict(query),
                headers=self.headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=self.timeout_s),
            ) as answer:
                return Answer(answer.status, await _capped(answer))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return Answer(0)


async def _capped(answer: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        found += chunk
        if len(found) > _LARGEST:
            raise ValueError("the answer is too long")
    return bytes(found)


def base_of(url: str) -> str:
    """Return the address of the interface: `/ari` is added where only a host was given.

    The address of its events is understood too; a user within it would be told in logs.
    """
    parts = urlsplit(url)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    path = parts.path.rstrip("/").removesuffix("/events") or "/ari"
    return urlunsplit((scheme, parts.netloc.rpartition("@")[2], path, "", ""))


def socket_of(base: str, app: str) -> str:
    """Return the address of the events of `app`."""
    scheme, _, rest = base.partition("://")
    secure = "wss" if scheme == "https" else "ws"
    return f"{secure}://{rest}/events?app={quote(app)}&subscribeAll=false"


@dataclass(frozen=True, slots=True)
class Ari:
    """What may be asked. Each returns an `Answer` and raises nothing."""

    line: Line
    app: str

    async def info(self) -> Answer:
        """Ask who the exchange is."""
        return await self.line.ask("GET", "/asterisk/info", {"only": "system"})

    async def applications(self) -> Answer:
        """Ask which apps are registered."""
        return await self.line.ask("GET", "/applications", {})

    async def channels(self) -> Answer:
        """Ask which channels there are."""
        return await self.line.ask("GET", "/channels", {})

    async def channel(self, channel: str) -> Answer:
        """Ask whether a channel is still there."""
        return await self._of(channel, "GET")

    async def answer(self, channel: str) -> Answer:
        """Take a call."""
        return await self._of(channel, "POST", "answer")

    async def ring(self, channel: str) -> Answer:
        """Let the caller hear that it rings."""
        return await self._of(channel, "POST", "ring")

    async def hang_up(self, channel: str) -> Answer:
        """End a channel."""
        return await self._of(channel, "DELETE")

    async def music(self, channel: str, *, on: bool) -> Answer:
        """Let a waiting caller hear music, or no more."""
        return await self._of(channel, "POST" if on else "DELETE", "moh")

    async def variable(self, channel: str, name: str, value: str) -> Answer:
        """Set a variable of a channel."""
        return await self._of(channel, "POST", "variable", variable=name, value=value)

    async def listen_for_talk(self, channel: str) -> Answer:
        """Let Asterisk tell when the caller makes a sound."""
        return await self.variable(channel, "TALK_DETECT(set)", TALK_DETECT)

    async def digits(self, channel: str, digits: str) -> Answer:
        """Send keys to a channel."""
        return await self._of(channel, "POST", "dtmf", dtmf=digits)

    async def play(self, channel: str, media: str) -> Answer:
        """Play an announcement to one channel."""
        return await self._of(channel, "POST", "play", media=media)

    async def originate(
        self, name: str, endpoint: str, args: str, *, originator: str, timeout_s: int
    ) -> Answer:
        """Dial a leg of our own under `name`, into our app, for the call `originator`."""
        query = {
            "endpoint": endpoint,
            "app": self.app,
            "appArgs": args,
            "timeout": str(timeout_s),
            "originator": originator,
            "channelId": name,
        }
        return await self.line.ask("POST", "/channels", query)

    async def bridge(self, name: str) -> Answer:
        """Make a room in which channels hear each other, and hear of it; one stays itself."""
        query = {"type": "mixing", "name": name}
        answer = await self.line.ask("POST", f"/bridges/{quote(name)}", query)
        path = f"/applications/{quote(self.app)}/subscription"
        await self.line.ask("POST", path, {"eventSource": f"bridge:{name}"})
        return answer

    async def join(self, bridge: str, channel: str) -> Answer:
        """Let a channel into a room."""
        path = f"/bridges/{quote(bridge)}/addChannel"
        return await self.line.ask("POST", path, {"channel": channel})

    async def leave(self, bridge: str, channel: str) -> Answer:
        """Take a channel out of a room."""
        path = f"/bridges/{quote(bridge)}/removeChannel"
        return await self.line.ask("POST", path, {"channel": channel})

    async def announce(self, bridge: str, media: str) -> Answer:
        """Play an announcement to everybody in a room."""
        path = f"/bridges/{quote(bridge)}/play"
        return await self.line.ask("POST", path, {"media": media})

    async def close_bridge(self, bridge: str) -> Answer:
        """End a room."""
        return await self.line.ask("DELETE", f"/bridges/{quote(bridge)}", {})

    async def record(self, bridge: str, name: str, *, longest_s: int) -> Answer:
        """Record a room."""
        query = {
            "name": name,
            "format": "wav",
            "ifExists": "fail",
            "maxDurationSeconds": str(longest_s),
        }
        return await self.line.ask("POST", f"/bridges/{quote(bridge)}/record", query)

    async def stop_recording(self, name: str) -> Answer:
        """End a recording and keep it."""
        return await self.line.ask("POST", f"/recordings/live/{quote(name)}/stop", {})

    async def discard_recording(self, name: str) -> Answer:
        """End a recording and throw it away."""
        return await self.line.ask("DELETE", f"/recordings/live/{quote(name)}", {})

    async def stored_recording(self, name: str) -> Answer:
        """Fetch a recording."""
        return await self.line.ask("GET", f"/recordings/stored/{quote(name)}/file", {})

    async def delete_recording(self, name: str) -> Answer:
        """Delete a recording at the exchange."""
        return await self.line.ask("DELETE", f"/recordings/stored/{quote(name)}", {})

    async def _of(self, channel: str, method: str, what: str = "", **query: str) -> Answer:
        path = f"/channels/{quote(channel)}" + (f"/{what}" if what else "")
        return await self.line.ask(method, path, query)
