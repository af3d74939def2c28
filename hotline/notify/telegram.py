"""Telegram: sendMessage to a chat that the person opened with the bot.

One request, two users: `Telegram` wakes a colleague, `TelegramTransport` answers a person.
Source: Bot API, `sendMessage`, "Making requests" (ok, error_code, parameters.retry_after).
"""

from dataclasses import dataclass, field
from typing import Any

import aiohttp

from hotline.notify.message import Message
from hotline.notify.provider import Said, ask, heard, refusal
from hotline.notify.transport import (
    Failed,
    Letter,
    Retry,
    SendResult,
    Sent,
    Suppressed,
    Uncertain,
)
from hotline.notify.way import WayFailed

_BLOCKED, _TOO_MANY, _BROKEN, _REFUSED = 403, 429, 500, 400
_NO_BOT = 404  # the token stands in the path; a chat that is not there is a 400
EXPIRED = "token_expired"
_PAUSE_S = 5.0
_ABSURD_S = 10**9  # no pause; more digits would not even be a number of seconds


async def send_message(
    line: aiohttp.ClientSession, api: str, token: str, chat: str, text: str
) -> Said:
    """Return what the Bot API says. The token is part of the address: it is never logged.

    Errors: those of aiohttp, TimeoutError.
    """
    body = {
        "chat_id": chat,
        "text": text,
        "link_preview_options": {"is_disabled": True},  # nobody fetches a link of ours
        "disable_notification": False,
    }
    return await ask(line, "POST", f"{api.rstrip('/')}/bot{token}/sendMessage", json=body)


@dataclass(frozen=True, slots=True)
class Telegram:
    """The way that wakes a colleague."""

    api: str
    token: str = field(repr=False)

    async def send(self, line: aiohttp.ClientSession, address: str, told: Message) -> None:
        """Send one message. Errors: WayFailed, for instance when the bot was blocked."""
        said = await send_message(line, self.api, self.token, address, told.text)
        if said.status >= _REFUSED:
            raise WayFailed(f"http_{said.status}")


@dataclass(frozen=True, slots=True)
class TelegramTransport:
    """The transport to people who wrote to the bot."""

    api: str
    token: str = field(repr=False)

    async def send(self, line: aiohttp.ClientSession, letter: Letter) -> SendResult:
        """Send one message into the person's own chat."""
        asking = send_message(line, self.api, self.token, letter.to, letter.text)
        said = await heard(asking)
        return said if isinstance(said, Retry | Uncertain) else _result(said, letter)


def _result(said: Said, letter: Letter) -> SendResult:
    """Return what an answer means; a 200 may carry `ok: false`."""
    told = said.json
    if said.good and told.get("ok") is True:
        result = told.get("result")
        number = result.get("message_id") if isinstance(result, dict) else None
        # Numbers repeat from chat to chat; ours keeps them apart.
        known = f"{letter.outbound_id}:{number}" if isinstance(number, int) else None
        return Sent(known)
    if said.good and told.get("ok") is not False:
        return Uncertain("bad_answer")
    code = told.get("error_code")
    return _refused(code if isinstance(code, int) else said.status, told, said)


def _refused(status: int, told: dict[str, Any], said: Said) -> SendResult:
    parameters = told.get("parameters")
    after = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if status == _TOO_MANY:
        if isinstance(after, int) and 0 < after < _ABSURD_S:
            return Retry(float(after), "http_429")
        return Retry(said.retry_after_s or _PAUSE_S, "http_429")
    if status == _BLOCKED:
        return Suppressed("blocked")
    if status == _NO_BOT:
        return Failed(EXPIRED)
    if said.good and status < _BROKEN:
        return Failed(f"http_{status}")
    return refusal(said) or Uncertain(f"http_{status}")
