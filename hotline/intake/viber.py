"""Receives what people write to 111's bot at Viber.

Kept: every message. Not for us: `conversation_started`, which the app sends before a person
has written anything, and the check of a new webhook. A card from the address book is a person
who is told of: Viber does not say whether it is the sender's own.

Source: Viber REST Bot API, callbacks; channels.md, section 2.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hotline.cases.inbound import (
    ContactPolicy,
    DeliveryReport,
    Heard,
    Identity,
    Inbound,
    InboundKind,
    Media,
    ThreadLeft,
)
from hotline.cases.terms import Channel, OutboundState
from hotline.errors import NotGenuine
from hotline.intake.channel import Outcome, RawRequest, Reply
from hotline.intake.loose import (
    code_of,
    digest,
    file_name_of,
    language_of,
    moment_of,
    name_of,
    part,
    place_of,
    size_of,
    words,
    words_in,
)
from hotline.web.wire import read_json

SIGNATURE_HEADER = "X-Viber-Content-Signature"
ACCOUNT = "bot"  # one bot; its token may change, its people stay
_MEDIA = {"picture": "image", "video": "video", "file": "file"}
_WORDS = ("text", "url", "sticker", "contact", "location")
_STATES = {
    "delivered": OutboundState.DELIVERED,
    "seen": OutboundState.READ,
    "failed": OutboundState.FAILED,
}
_SILENT = ("webhook", "conversation_started", "client_status", "action")


class Viber:
    """The channel. `tokens` may hold old and new; none means that no post is genuine."""

    name = "viber"
    methods = ("POST",)

    def __init__(self, tokens: Sequence[str], *, json_depth: int) -> None:
        self._tokens = [token.encode() for token in tokens]
        self._depth = json_depth

    def verify(self, raw: RawRequest) -> None:
        """Return if one of our tokens signed these bytes. Errors: NotGenuine."""
        given = raw.headers.get(SIGNATURE_HEADER, "").encode("utf-8", "surrogateescape")
        known = [
            hmac.compare_digest(
                given, hmac.digest(token, raw.body, "sha256").hex().encode()
            )
            for token in self._tokens
        ]
        if not any(known):
            raise NotGenuine("the signature is missing or does not fit")

    def parse(self, raw: RawRequest) -> Sequence[Heard]:
        """Return what was written, or what became of ours. Errors: RejectedInbound: no JSON."""
        told = read_json(raw.body, depth=self._depth)
        event = words(told, "event")
        at = moment_of(told, "timestamp", per_second=1000)
        if event in _SILENT:
            return []
        if event in _STATES:
            return [_report(told, event, at)]
        if event in ("subscribed", "unsubscribed"):
            return _left(told, event, at)
        if event and event != "message" and not part(told, "message"):
            return []  # a kind of event that is new, and holds no message
        return [_inbound(told, raw.body, at)]

    def ack(self, outcome: Outcome) -> Reply:  # noqa: ARG002  words would be shown
        """Return an empty 200: after `conversation_started` a body would be a greeting."""
        return Reply()


def _report(told: Any, event: str, at: datetime | None) -> DeliveryReport:
    return DeliveryReport(
        channel=Channel.VIBER,
        account=ACCOUNT,
        state=_STATES[event],
        provider_id=code_of(told, "message_token"),
        code="failed" if event == "failed" else None,  # Viber gives words, and no code
        at=at,
    )


def _left(told: Any, event: str, at: datetime | None) -> list[Heard]:
    who = name_of(told, "user_id") or name_of(part(told, "user"), "id")
    left = event == "unsubscribed"
    return [ThreadLeft(Channel.VIBER, ACCOUNT, who, left, at)] if who else []


def _inbound(told: Any, raw: bytes, at: datetime | None) -> Inbound:
    message, sender = part(told, "message"), name_of(part(told, "sender"), "id")
    kind = words(message, "type")
    address = words(part(message, "location"), "address")
    point = place_of(part(message, "location"), "lat", "lon", address or None)
    media = _media(message)
    readable = sender is not None and (
        kind in _WORDS if kind not in _MEDIA else bool(media)
    )
    if kind == "location" and point is None:
        readable = False
    if kind == "text" and not isinstance(message.get("text", ""), str):
        readable = False
    return Inbound(
        channel=Channel.VIBER,
        account=ACCOUNT,
        external_id=code_of(told, "message_token") or f"raw:{digest(told)}",
        text=_text(message) if readable else words_in(told),
        raw=raw,
        kind=InboundKind.MESSAGE if readable else InboundKind.UNPARSED,
        occurred_at=at,
        identity=_identity(told, message),
        sender=sender,
        lang_hint=language_of(part(told, "sender"), "language"),
        policy=ContactPolicy(may_write=sender is not None),
        media=media,
        location=point,
    )


def _text(message: dict[str, Any]) -> str:
    """Return the words; a link is words too, and nothing of ours ever opens it."""
    link = words(message, "media") if words(message, "type") == "url" else ""
    address = words(part(message, "location"), "address")
    return "\n".join(line for line in (words(message, "text"), link, address) if line)


def _media(message: dict[str, Any]) -> tuple[Media, ...]:
    """Return the files: one, or several whose addresses stand in a list."""
    kind, told = _MEDIA.get(words(message, "type")), message.get("media")
    refs = told if isinstance(told, list) else [told]
    if kind is None or not all(isinstance(ref, str) and ref for ref in refs):
        return ()
    size = size_of(message, "file_size") or size_of(message, "size")
    name = file_name_of(message, "file_name")
    return tuple(Media(kind, ref, None, name, size) for ref in dict.fromkeys(refs))


def _identity(told: Any, message: dict[str, Any]) -> Identity:
    card = part(message, "contact")
    extra: dict[str, Any] = {}
    if card:
        phone = name_of(card, "phone_number") or ""
        extra["reported"] = {"name": words(card, "name"), "phone": phone}
    if name_of(message, "sticker_id"):
        extra["sticker"] = name_of(message, "sticker_id")
    return Identity(name=words(part(told, "sender"), "name") or None, extra=extra)
