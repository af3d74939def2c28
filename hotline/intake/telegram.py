"""Receives what people write to the bot of 111.

Kept: every message and edit of a private chat, whatever it holds; a medium without words is
a contact with an empty text. Not for us: groups and channels, button presses, blocked bots,
and a bare `/start`, which the app itself sends before a person has written anything.

Source: Telegram Bot API, `setWebhook` (secret token) and `Update`.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from hotline.cases.inbound import ContactPolicy, Heard, Identity, Inbound, InboundKind
from hotline.cases.terms import Channel
from hotline.errors import NotGenuine
from hotline.intake.channel import Outcome, RawRequest, Reply
from hotline.web.wire import read_json

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name
_START = re.compile(r"/start(@\w+)?\s*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MEDIA = (
    "photo",
    "voice",
    "video",
    "video_note",
    "audio",
    "document",
    "sticker",
    "animation",
)
_LATEST = 4_102_444_800  # 2100-01-01: later moments are broken numbers, not dates


class Chat(msgspec.Struct):
    """Where it was written; private chats have the person's own, positive id."""

    id: int
    type: str | None = None


class User(msgspec.Struct):
    """Who wrote."""

    id: int
    first_name: str = ""
    last_name: str = ""
    username: str | None = None
    language_code: str | None = None


class SharedContact(msgspec.Struct):
    """A card from the address book; without the sender's own id it is somebody else."""

    phone_number: str
    first_name: str = ""
    last_name: str = ""
    user_id: int | None = None


class Message(msgspec.Struct):
    """What we read of a message."""

    message_id: int
    chat: Chat
    sender: User | None = msgspec.field(default=None, name="from")
    date: int | None = None
    edit_date: int | None = None
    text: str = ""
    caption: str = ""
    contact: SharedContact | None = None


class Telegram:
    """The channel. `secrets` may hold old and new; none means that no post is genuine."""

    name = "telegram"
    methods = ("POST",)

    def __init__(self, secrets: tuple[str, ...], account: str, *, json_depth: int) -> None:
        self._secrets = [secret.encode() for secret in secrets]
        self._account = account
        self._depth = json_depth

    def verify(self, raw: RawRequest) -> None:
        """Return if the secret token is one of ours. Errors: NotGenuine."""
        given = raw.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        known = [hmac.compare_digest(given, secret) for secret in self._secrets]
        if not any(known):
            raise NotGenuine("the secret token is missing or wrong", code="bad_secret")

    def parse(self, raw: RawRequest) -> Sequence[Heard]:
        """Return what a person wrote. Errors: RejectedInbound when it is not JSON."""
        update = read_json(raw.body, depth=self._depth)
        if not isinstance(update, dict):
            return [self._unparsed(raw, update, None)]
        for field in ("message", "edited_message"):
            if update.get(field) is None:
                continue
            try:
                message = msgspec.convert(update[field], Message)
            except (msgspec.ValidationError, UnicodeEncodeError):
                return [self._unparsed(raw, update, update[field])]
            return self._inbound(raw, update, message, edited=field == "edited_message")
        return []

    def ack(self, outcome: Outcome) -> Reply:  # noqa: ARG002  Telegram wants any 2xx
        """Return an empty 200: text in it would be read as a call of the Bot API."""
        return Reply()

    def _inbound(
        self, raw: RawRequest, update: dict[str, Any], message: Message, *, edited: bool
    ) -> list[Inbound]:
        chat = message.chat
        private = chat.type == "private" or (chat.type is None and chat.id > 0)
        text = message.text or message.caption
        if not private or (_START.fullmatch(text) and not edited):
            return []
        key = f"{chat.id}:{message.message_id}"
        if edited:
            key += f":{message.edit_date or update.get('update_id')}"
        content = update["edited_message" if edited else "message"]
        return [
            Inbound(
                channel=Channel.TELEGRAM,
                account=self._account,
                external_id=_column(key),
                text=text,
                raw=raw.body,
                kind=InboundKind.EDIT if edited else InboundKind.MESSAGE,
                occurred_at=_moment(message.edit_date if edited else message.date),
                identity=_identity(message, content),
                sender=str(chat.id),
                lang_hint=_language(message.sender),
                policy=ContactPolicy(may_write=True),  # they wrote here: here we may answer
            )
        ]

    def _unparsed(self, raw: RawRequest, update: Any, message: Any) -> Inbound:
        """Return a contact of what cannot be read, with such words as can be found."""
        update_id = update.get("update_id") if isinstance(update, dict) else None
        known = isinstance(update_id, int)
        digest = hashlib.sha256(raw.body).hexdigest()[:32]
        return Inbound(
            channel=Channel.TELEGRAM,
            account=self._account,
            external_id=_column(f"update:{update_id}") if known else f"raw:{digest}",
            text=_words(message),
            raw=raw.body,
            kind=InboundKind.UNPARSED,
        )


def _column(key: str) -> str:
    """Return `key` short enough for a column: ids may be numbers of any length."""
    if len(key) <= 100:  # noqa: PLR2004  characters
        return key
    return "long:" + hashlib.sha256(key.encode()).hexdigest()[:32]


def _words(message: Any) -> str:
    """Return text and caption where they are text, so that the danger floor reads them."""
    if not isinstance(message, dict):
        return message if isinstance(message, str) else ""
    found = (message.get(name) for name in ("text", "caption"))
    return "\n".join(part for part in found if isinstance(part, str))


def _moment(seconds: int | None) -> datetime | None:
    if seconds is None or not 0 < seconds < _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _language(sender: User | None) -> str | None:
    code = (sender.language_code or "").lower()[:35].split("-")[0] if sender else ""
    return code if _LANGUAGE.fullmatch(code) else None


def _identity(message: Message, content: dict[str, Any]) -> Identity:
    """Return who wrote. A shared card is theirs only when it carries their own id."""
    sender, card = message.sender, message.contact
    own = card is not None and sender is not None and card.user_id == sender.id
    extra: dict[str, Any] = {"media": [name for name in _MEDIA if content.get(name)]}
    if isinstance(content.get("location"), dict):
        extra["location"] = content["location"]
    if isinstance(content.get("media_group_id"), str):
        extra["album"] = content["media_group_id"]
    if card is not None and not own:
        extra["reported"] = {"name": _full(card), "phone": card.phone_number}
    return Identity(
        name=(_full(sender) if sender else "") or None,
        phone=card.phone_number if card is not None and own else None,
        handle=f"@{sender.username}" if sender and sender.username else None,
        extra={name: value for name, value in extra.items() if value},
    )


def _full(person: User | SharedContact) -> str:
    return f"{person.first_name} {person.last_name}".strip()
