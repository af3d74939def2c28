"""A line to the exchange for as long as one use case asks it something."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp

from hotline.notify.ari import Ari, HttpLine, base_of
from hotline.settings import Settings


def configured(settings: Settings) -> bool:
    """Return whether there is an exchange that we may lead."""
    return bool(settings.ari_url and settings.ari_user and settings.ari_password)


def passwords_of(settings: Settings) -> list[str]:
    """Return the passwords that are ours now: the first is the one that we send."""
    return [one.strip() for one in settings.ari_password.split(",") if one.strip()]


def line_over(session: aiohttp.ClientSession, settings: Settings) -> HttpLine:
    """Return the line over a session of the caller's."""
    password = next(iter(passwords_of(settings)), "")
    return HttpLine(session, base_of(settings.ari_url), settings.ari_user, password)


@asynccontextmanager
async def asking(settings: Settings, *, timeout_s: float = 5.0) -> AsyncIterator[Ari]:
    """Open a line; close it with the block. `timeout_s`: for each answer, as a whole."""
    async with aiohttp.ClientSession(trust_env=False) as session:
        line = replace(line_over(session, settings), timeout_s=timeout_s)
        yield Ari(line, settings.ari_app)
