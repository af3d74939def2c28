"""One request to a provider over HTTP: what it said, or whether it can have heard us at all."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec

from hotline.notify.transport import Failed, Retry, SendResult, Uncertain

_LONGEST_ANSWER = 16_384
_LONGEST_PAUSE_S = 3600.0
_SOON_S, _LATER_S = 5.0, 30.0
_OK, _TOO_MANY, _BROKEN, _AWAY = 200, 429, 500, 503


@dataclass(frozen=True, slots=True)
class Said:
    """A provider's answer; its body may quote the message and is never kept."""

    status: int
    body: bytes = field(repr=False)
    retry_after_s: float | None = None

    @property
    def good(self) -> bool:
        """Return whether it is a 2xx; what the body says is another matter."""
        return _OK <= self.status < _OK + 100

    @property
    def json(self) -> dict[str, Any]:
        """Return the body, or nothing where it is no JSON object."""
        try:
            found = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


async def ask(
    line: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    **asked: Any,
) -> Said:
    """Return what the provider says to one request. Errors: those of aiohttp, TimeoutError.

    Redirects are not followed: an address goes to the provider named, nowhere else. An
    answer is read as it came, in full or up to a limit: a small one may unpack to a huge one.
    """
    async with line.request(
        method,
        url,
        headers={**(headers or {}), "Accept-Encoding": "identity"},
        allow_redirects=False,
        auto_decompress=False,
        middlewares=(_once(),),
        **asked,
    ) as answer:
        body = b""
        while len(body) < _LONGEST_ANSWER:
            part = await answer.content.read(_LONGEST_ANSWER - len(body))
            if not part:
                break
            body += part
        return Said(answer.status, body, _seconds(answer.headers.get("Retry-After")))


def _once() -> aiohttp.ClientMiddlewareType:
    """Return what lets a request go out once: aiohttp asks a GET again when a line breaks.

    The second may be a second message to the same person.
    """
    gone = False

    async def send(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        nonlocal gone
        if gone:
            raise aiohttp.ServerDisconnectedError
        gone = True
        return await handler(request)

    return send


async def heard(asking: Awaitable[Said]) -> Said | Retry | Uncertain:
    """Return what was said, or which of the two: surely not taken, or nobody knows."""
    try:
        return await asking
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        return Retry(_SOON_S, "no_line")  # it broke before a word was sent
    except TimeoutError:
        return Uncertain("timeout")
    except (aiohttp.ClientError, OSError):
        return Uncertain("line_broke")


def refusal(said: Said) -> SendResult | None:
    """Return what a status that is no 2xx means; None for one that is.

    A 5xx without a word on when to come again may have been taken.
    """
    if said.good:
        return None
    code = f"http_{said.status}"
    if said.status == _TOO_MANY:
        return Retry(said.retry_after_s or _SOON_S, code)
    if said.status == _AWAY or (said.status >= _BROKEN and said.retry_after_s is not None):
        return Retry(said.retry_after_s or _LATER_S, code)
    return Uncertain(code) if said.status >= _BROKEN else Failed(code)


def _seconds(header: str | None) -> float | None:
    """Return a Retry-After in seconds; a date is answered with a usual pause."""
    if header is None:
        return None
    text = header.strip()
    if not text.isascii() or not text.isdigit():
        return _LATER_S
    return min(float(text[:9]), _LONGEST_PAUSE_S)
