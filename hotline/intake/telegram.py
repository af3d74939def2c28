"""Receives what people write to the bot of 111.

Kept: every message and edit of a private chat, whatever it holds; a medium without words is
a contact with an empty text. An edit follows its original, the parts of an album each other.
Who blocks the bot shuts the thread. Not for us: groups and channels, button presses,
reactions, and a bare `/start`, which the app itself sends before a person has written anything.

Source: Telegram Bot API, `setWebhook` (secret token) and `Update`.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from hotline.cases.inbound import ContactPolicy, Heard, Inbound, InboundKind, ThreadLeft
from hotline.cases.terms import Channel
from hotline.errors import NotGenuine
from hotline.intake.channel import Outcome, RawRequest, Reply
from hotline.intake.loose import language_of, moment_of, name_of, part, words
from hotline.intake.telegram_message import (
    SharedContact,
    User,
    identity_of,
    location_of,
    media_of,
    words_of,
)
from hotline.web.wire import read_json

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name
_START = re.compile(r"/start(@\w+)?\s*")
_LEFT = ("kicked", "left", "banned")


class Chat(msgspec.Struct):
    """Where it was written; private chats have the person's own, positive id."""

    id: int
    type: str | None = None


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
        return self._left(update)

    def ack(self, outcome: Outcome) -> Reply:  # noqa: ARG002  Telegram wants any 2xx
        """Return an empty 200: text in it would be read as a call of the Bot API."""
        return Reply()

    def _inbound(
        self, raw: RawRequest, update: dict[str, Any], message: Message, *, edited: bool
    ) -> list[Inbound]:
        chat = message.chat
        private = chat.type == "private" or (chat.type is None and chat.id > 0)
        content = update["edited_message" if edited else "message"]
        text = words_of(content)
        if not private or (_START.fullmatch(text) and not edited):
            return []
        point = location_of(content)
        key = original = f"{chat.id}:{message.message_id}"
        if edited:
            key += f":{message.edit_date or update.get('update_id')}"
        album = name_of(content, "media_group_id")
        return [
            Inbound(
                channel=Channel.TELEGRAM,
                account=self._account,
                external_id=_column(key),
                text=text,
                raw=raw.body,
                kind=InboundKind.EDIT if edited else InboundKind.MESSAGE,
                occurred_at=moment_of(content, "edit_date" if edited else "date"),
                identity=identity_of(message.sender, message.contact, content),
                sender=str(chat.id),
                lang_hint=language_of(content.get("from"), "language_code"),
                policy=ContactPolicy(may_write=True),  # they wrote here: here we may answer
                media=media_of(content),
                location=point,
                follows=original if edited else f"album:{album}" if album else None,
                # A live place is told anew every minute: nobody else's words wait for it.
                behind=edited and point is not None and not text,
            )
        ]

    def _left(self, update: dict[str, Any]) -> list[Heard]:
        """Return that a person blocked the bot, or let it in again."""
        told = part(update, "my_chat_member")
        chat, status = part(told, "chat"), words(part(told, "new_chat_member"), "status")
        sender = name_of(chat, "id")
        if not sender or words(chat, "type") != "private" or not status:
            return []
        at = moment_of(told, "date")
        return [ThreadLeft(Channel.TELEGRAM, self._account, sender, status in _LEFT, at)]

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
