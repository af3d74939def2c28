"""Which ways are configured, and one person tried by one way after the other."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp

from hotline.clock import Clock
from hotline.notify.kannel import Kannel
from hotline.notify.mail import Mail
from hotline.notify.message import Message
from hotline.notify.smtp import MailServer
from hotline.notify.telegram import Telegram
from hotline.notify.voice import Voice
from hotline.notify.way import Way, WayFailed
from hotline.settings import Settings

KINDS = ("sms", "telegram", "email", "voice")
VARIABLES = {
    "sms": "HOTLINE_KANNEL_URL",
    "telegram": "HOTLINE_TELEGRAM_TOKEN",
    "email": "HOTLINE_SMTP_URL",
    "voice": "HOTLINE_VOICE_BRIDGE_URL",
}


def open_ways(settings: Settings, clock: Clock) -> Mapping[str, Way]:
    """Return the ways that the environment names; any of them may be missing."""
    found: dict[str, Way] = {}
    if settings.kannel_url:
        found["sms"] = Kannel(
            settings.kannel_url, settings.kannel_user, settings.kannel_password
        )
    if settings.telegram_token:
        found["telegram"] = Telegram(settings.telegram_api, settings.telegram_token)
    if settings.smtp_url:
        found["email"] = Mail(MailServer(settings.smtp_url, settings.smtp_from))
    if settings.voice_url:
        found["voice"] = Voice(settings.voice_url, clock, settings.voice_secret)
    return found


@dataclass(frozen=True, slots=True)
class Tried:
    """How it went: `ways` are "kind:code", in order; nothing of an address."""

    reached: bool
    ways: tuple[str, ...]


async def try_ways(
    ways: Mapping[str, Way],
    addresses: Sequence[tuple[str, str]],
    told: Message,
    *,
    timeout_s: float,
) -> Tried:
    """Try one person's ways in order until a provider takes the message."""
    tried: list[str] = []
    # No proxy, cookies or redirects: an address goes to the provider named, nowhere else.
    async with aiohttp.ClientSession(
        trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
    ) as line:
        for kind, address in addresses:
            code = await _try(ways.get(kind), line, address, told, timeout_s)
            tried.append(f"{kind}:{code}")
            if code == "sent":
                return Tried(reached=True, ways=tuple(tried))
    return Tried(reached=False, ways=tuple(tried))


async def _try(
    way: Way | None,
    line: aiohttp.ClientSession,
    address: str,
    told: Message,
    timeout_s: float,
) -> str:
    if way is None:
        return "not_configured"
    try:
        async with asyncio.timeout(timeout_s):
            await way.send(line, address, told)
    except WayFailed as failed:
        return failed.code
    except TimeoutError:
        return "timeout"
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return type(
            error
        ).__name__  # no line, or an address that is none: the next is tried
    return "sent"
