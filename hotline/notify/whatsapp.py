"""WhatsApp Cloud API: one message to the person who wrote to 111's number.

Free words go only within 24 hours of the person's last message, later an approved template;
who decides that stands in `routing.outbound`. `biz_opaque_callback_data` comes back with each
report, so that one is known even when our answer was lost.

Source: Cloud API, "Send messages", "Error codes".
"""

import re
from dataclasses import dataclass, field
from typing import Any

import aiohttp

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

_PERSON = re.compile(r"\+?\d{6,20}|[\w.-]{6,200}", re.ASCII)
_PAUSE_S = 60.0
_TOO_MANY = frozenset({4, 80007, 130429, 131048, 131056, 133016})
_TOKEN = frozenset({0, 190})
_STOPPED = frozenset({131050})  # the person wants no more messages of ours
_NAMED = {  # what a person at 111 can do something about
    131047: "window_closed",
    131026: "not_on_whatsapp",
    132001: "no_such_template",
    131031: "account_locked",
    368: "account_locked",
}
_UNAUTHORISED, _BROKEN = 401, 500
EXPIRED = "token_expired"


@dataclass(frozen=True, slots=True)
class WhatsAppTransport:
    """The transport; `number_id` is the provider's name of 111's number."""

    api: str
    number_id: str
    token: str = field(repr=False)

    async def send(self, line: aiohttp.ClientSession, letter: Letter) -> SendResult:
        """Send one text, or one approved template; nothing into a group."""
        if not _PERSON.fullmatch(letter.to):
            return Failed("no_address")
        asking = ask(
            line,
            "POST",
            f"{self.api.rstrip('/')}/{self.number_id}/messages",
            headers={"Authorization": f"Bearer {self.token}"},
            json=_message(letter),
        )
        said = await heard(asking)
        return said if isinstance(said, Retry | Uncertain) else _result(said)


def _message(letter: Letter) -> dict[str, Any]:
    """Return the body: to a number, or to an id where the person shows none."""
    number = letter.to.removeprefix("+")
    dialled = number.isascii() and number.isdigit()
    common = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **({"to": number} if dialled else {"recipient": letter.to}),
        "biz_opaque_callback_data": str(letter.outbound_id),
    }
    if letter.template is not None:
        wording = {"name": letter.template, "language": {"code": letter.locale}}
        return {**common, "type": "template", "template": wording}
    text = {"preview_url": False, "body": letter.text}
    return {**common, "type": "text", "text": text}


def _result(said: Said) -> SendResult:
    """Return what an answer means; a 200 may carry an error."""
    told = said.json
    error = told.get("error")
    if isinstance(error, dict):
        return _refused(error, said)
    if error is not None and said.good:
        return Failed("refused")
    refused = refusal(said)
    if refused is not None:
        return Failed(EXPIRED) if said.status == _UNAUTHORISED else refused
    messages = told.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    number = first.get("id") if isinstance(first, dict) else None
    if isinstance(number, str) and 0 < len(number) <= 400 and number.isprintable():  # noqa: PLR2004  characters
        return Sent(number)
    return Uncertain("bad_answer")


def _refused(error: dict[str, Any], said: Said) -> SendResult:
    code = error.get("code")
    if not isinstance(code, int):
        code = None
    if code in _TOO_MANY:
        return Retry(said.retry_after_s or _PAUSE_S, f"wa_{code}")
    if code in _TOKEN or said.status == _UNAUTHORISED:
        return Failed(EXPIRED)
    if code in _STOPPED:
        return Suppressed(f"wa_{code}")
    if code in _NAMED:
        return Failed(_NAMED[code])
    if not said.good:
        refused = refusal(said)
        if refused is not None and not isinstance(refused, Failed):
            return refused  # too many, or broken: it may have been taken
    return Failed(f"wa_{code}" if code is not None and abs(code) < 10**9 else "refused")
