"""Tells a partner's address that a report of theirs moved on."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp

from hotline.notify.fetch import FetchFailed, checked_line
from hotline.notify.webhook import headers

_PATIENCE_S = 15.0
_GONE = 410
_GOOD = range(200, 300)


@dataclass(frozen=True, slots=True)
class Post:
    """One event, ready to go."""

    address: str = field(repr=False)
    secrets: Sequence[str] = field(repr=False)
    name: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a receiver answered. `status` None: not at all, `code` says why."""

    status: int | None
    code: str | None = None
    retry_after: timedelta | None = None

    @property
    def taken(self) -> bool:
        """Return whether the receiver has it."""
        return self.status in _GOOD

    @property
    def gone(self) -> bool:
        """Return whether the receiver wants nothing any more."""
        return self.status == _GONE


async def deliver(post: Post, at: int, inside: Collection[str] = ()) -> Answer:
    """Post once. Total: whatever the receiver does is an answer; redirects are not followed.

    It goes to the address named and nowhere else: no proxy, and nothing within our own
    network but the origins of `inside`, whatever a name is said to be by then.

    Units: `at` in seconds since 1970.
    """
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await _post(post, at, await checked_line(post.address, inside))
    except FetchFailed as wrong:
        return Answer(None, wrong.code)
    except TimeoutError:
        return Answer(None, "timeout")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Answer(None, type(error).__name__)


async def _post(post: Post, at: int, line: aiohttp.TCPConnector) -> Answer:
    told = headers(post.secrets, post.name, at, post.body)
    async with (
        aiohttp.ClientSession(
            connector=line, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
        ) as session,
        session.post(
            post.address, data=post.body, headers=told, allow_redirects=False
        ) as answer,
    ):
        return _answer(answer)


def _answer(answer: aiohttp.ClientResponse) -> Answer:
    if answer.status in _GOOD:
        return Answer(answer.status)
    asked = answer.headers.get("Retry-After", "")
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None  # noqa: PLR2004
    span = None if seconds is None else timedelta(seconds=seconds)
    return Answer(answer.status, f"http_{answer.status}", span)
