"""Tells a partner's address that a report of theirs moved on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp

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


async def deliver(line: aiohttp.ClientSession, post: Post, at: int) -> Answer:
    """Post once. Total: whatever the receiver does is an answer; redirects are not followed.

    Units: `at` in seconds since 1970.
    """
    told = headers(post.secrets, post.name, at, post.body)
    try:
        async with (
            asyncio.timeout(_PATIENCE_S),
            line.post(
                post.address, data=post.body, headers=told, allow_redirects=False
            ) as answer,
        ):
            return _answer(answer)
    except TimeoutError:
        return Answer(None, "timeout")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Answer(None, type(error).__name__)


def _answer(answer: aiohttp.ClientResponse) -> Answer:
    if answer.status in _GOOD:
        return Answer(answer.status)
    asked = answer.headers.get("Retry-After", "")
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None  # noqa: PLR2004
    span = None if seconds is None else timedelta(seconds=seconds)
    return Answer(answer.status, f"http_{answer.status}", span)
