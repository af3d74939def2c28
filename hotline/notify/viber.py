"""Viber: one text to a person who wrote to the bot. Every answer is a 200; `status` says how.

Source: Viber REST Bot API, "Send message", "Error codes".
"""

from dataclasses import dataclass, field

import aiohttp

from hotline.i18n import FIRST, LOCALES, gettext
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

_PAUSE_S = 60.0
_OK, _BAD_TOKEN, _TOO_MANY = 0, 2, 12
_NOT_SUBSCRIBED = 6  # 7 is our own account, blocked: that shuts no person's thread
_DIGITS = 30
EXPIRED = "token_expired"


@dataclass(frozen=True, slots=True)
class ViberTransport:
    """The transport."""

    api: str
    token: str = field(repr=False)

    async def send(self, line: aiohttp.ClientSession, letter: Letter) -> SendResult:
        """Send one text under a name that says nothing."""
        asking = ask(
            line,
            "POST",
            f"{self.api.rstrip('/')}/send_message",
            headers={"X-Viber-Auth-Token": self.token},
            json={
                "receiver": letter.to,
                "type": "text",
                "text": letter.text,
                "sender": {"name": gettext(_spoken(letter.locale), "Answer")},
                "tracking_data": str(letter.outbound_id),
                "min_api_version": 1,
            },
        )
        said = await heard(asking)
        return said if isinstance(said, Retry | Uncertain) else _result(said)


def _spoken(locale: str) -> str:
    """Return one language of a line that is said in both."""
    return locale if locale in LOCALES else FIRST


def _result(said: Said) -> SendResult:
    told = said.json
    status = told.get("status")
    refused = refusal(said)
    if refused is not None:
        return refused
    if not isinstance(status, int) or isinstance(status, bool):
        return Uncertain("bad_answer")
    if status == _OK:
        token = told.get("message_token")
        known = isinstance(token, int | str) and 0 < len(str(token)) <= _DIGITS
        return Sent(str(token) if known else None)
    if status == _TOO_MANY:
        return Retry(said.retry_after_s or _PAUSE_S, "viber_12")
    if status == _NOT_SUBSCRIBED:
        return Suppressed("not_subscribed")
    return Failed(EXPIRED if status == _BAD_TOKEN else f"viber_{str(status)[:9]}")
