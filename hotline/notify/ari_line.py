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


def line_over(session: aiohttp.ClientSession, settings: Settings) -> HttpLine:
    """Return the line over a session of the caller's."""
    return HttpLine(
        session, base_of(settings.ari_url), settings.ari_user, settings.ari_password
    )


@asynccontextmanager
async def asking(settings: Settings, *, timeout_s: float = 5.0) -> AsyncIterator[Ari]:
    """Open a line; close it with the block. `timeout_s`: for each answer, as a whole."""
    async with aiohttp.ClientSession(trust_env=False) as session:
        line = replace(line_over(session, settings), timeout_s=timeout_s)
        yield Ari(line, settings.ari_app)
