"""Receives what people write to 111's number at WhatsApp (Cloud API).

Kept: each element of `messages`, of every change of every entry, is one contact; its key is
the number's id and the message's. Not for us: statuses (they tell of messages of ours), other
fields than `messages`, other numbers. Kept, but never answered by itself or by a person: what
somebody wrote in a group, where others would read the answer.

A person may have a number (`from`), or only an id for this business (`from_user_id`); the
number comes first, because people at 111 can call it.

Source: WhatsApp Cloud API, `messages` webhooks; channels.md, section 2.
"""

import hmac
from collections.abc import Sequence
from typing import Any

from hotline.cases.inbound import (
    ContactPolicy,
    DeliveryReport,
    Heard,
    Identity,
    Inbound,
    InboundKind,
)
from hotline.cases.terms import Channel, OutboundState
from hotline.errors import NotAllowed, NotGenuine
from hotline.intake.channel import Outcome, RawRequest, Reply
from hotline.intake.loose import (
    code_of,
    digest,
    moment_of,
    name_of,
    number_of,
    part,
    parts,
    words,
    words_in,
)
from hotline.intake.whatsapp_body import Piece, PieceKind, pieces, raw_of
from hotline.intake.whatsapp_message import Said, said
from hotline.web.wire import read_json

SIGNATURE_HEADER = "X-Hub-Signature-256"
_STATES = {
    "sent": OutboundState.SENT,
    "delivered": OutboundState.DELIVERED,
    "read": OutboundState.READ,
    "played": OutboundState.READ,
    "failed": OutboundState.FAILED,
}
_SHORT = 8  # digits of the shortest number that is dialled with its country


class WhatsApp:
    """The channel. Secrets and tokens may be old and new; none: nothing is genuine."""

    name = "whatsapp"
    methods = ("POST",)

    def __init__(
        self,
        secrets: Sequence[str],
        verify_tokens: Sequence[str],
        numbers: Sequence[str],
        *,
        json_depth: int,
    ) -> None:
        self._secrets = [secret.encode() for secret in secrets]
        self._tokens = [token.encode() for token in verify_tokens]
        self._numbers = tuple(numbers)
        self._depth = json_depth

    def challenge(self, raw: RawRequest) -> Reply:
        """Return what Meta wants to read back when it makes sure that the address is ours.

        Errors: NotAllowed when it does not know our token.
        """
        given = raw.query.get("hub.verify_token", "").encode("utf-8", "surrogatepass")
        known = any([hmac.compare_digest(given, one) for one in self._tokens])  # noqa: C419
        word = raw.query.get("hub.challenge")
        if not known or raw.query.get("hub.mode") != "subscribe" or word is None:
            raise NotAllowed("this is no subscription of ours", code="bad_verify_token")
        return Reply(body=word.encode("utf-8", "replace"))

    def verify(self, raw: RawRequest) -> None:
        """Return if one of our app's secrets signed these bytes. Errors: NotGenuine."""
        given = raw.headers.get(SIGNATURE_HEADER, "").encode("utf-8", "surrogateescape")
        known = [
            hmac.compare_digest(
                given, b"sha256=" + hmac.digest(secret, raw.body, "sha256").hex().encode()
            )
            for secret in self._secrets
        ]
        if not any(known):
            raise NotGenuine("the signature is missing or does not fit")

    def parse(self, raw: RawRequest) -> Sequence[Heard]:
        """Return what people wrote, and reports. Errors: RejectedInbound: no JSON."""
        body = read_json(raw.body, depth=self._depth)
        found: dict[tuple[str, str], Heard] = {}
        reports: list[Heard] = []
        for piece in pieces(body, self._numbers):
            if piece.kind is PieceKind.STATUS:
                reports += _report(piece)
                continue
            one = _inbound(piece, raw_of(piece, body, raw.body))
            found.setdefault((one.account, one.external_id), one)  # doubled in one body
        return [*found.values(), *reports]

    def ack(self, outcome: Outcome) -> Reply:  # noqa: ARG002  Meta wants a bare 200
        """Return an empty 200."""
        return Reply()


def _inbound(piece: Piece, raw: bytes) -> Inbound:
    message = piece.element
    if piece.kind is PieceKind.BROKEN or not isinstance(message, dict):
        return _unparsed(piece, raw)
    told = said(message)
    sender, group = _sender(message, piece.card), name_of(message, "group_id")
    if sender is not None and group is not None:
        sender = f"group:{group}:{sender}"  # a thread of its own, which nobody writes to
    key = name_of(message, "id")
    if key is None or sender is None:  # an id holds the number that it came from
        key = f"raw:{digest(message if key is None else [piece.account, key])}"
    return Inbound(
        channel=Channel.WHATSAPP,
        account=piece.account,
        external_id=key,
        text=told.text,
        raw=raw,
        kind=told.kind,
        occurred_at=moment_of(message, "timestamp"),
        identity=_identity(message, piece.card, told),
        sender=sender,
        policy=ContactPolicy(may_write=sender is not None and _answered(message)),
        media=told.media,
        location=told.location,
        follows=told.follows if sender is not None else None,
    )


def _answered(message: dict[str, Any]) -> bool:
    """Return whether here we may answer: nobody else reads it, and the person wrote it.

    Whoever left a number wrote nothing from it, and it may be somebody else's by now.
    """
    return name_of(message, "group_id") is None and words(message, "type") != "system"


def _unparsed(piece: Piece, raw: bytes) -> Inbound:
    return Inbound(
        channel=Channel.WHATSAPP,
        account=piece.account,
        external_id=f"raw:{digest(piece.element)}",
        text=words_in(piece.element),
        raw=raw,
        kind=InboundKind.UNPARSED,
    )


def _sender(message: dict[str, Any], card: Any) -> str | None:
    """Return the address of who wrote: the number where there is one, else their id."""
    return (
        name_of(message, "from")
        or name_of(message, "from_user_id")
        or name_of(card, "wa_id")
        or name_of(card, "user_id")
    )


def _identity(message: dict[str, Any], card: Any, told: Said) -> Identity:
    number = name_of(message, "from") or name_of(card, "wa_id") or ""
    dialled = number.isascii() and number.isdigit() and len(number) >= _SHORT
    profile = part(card, "profile")
    username = (words(profile, "username") or words(card, "username")).lstrip("@")
    user = name_of(message, "from_user_id") or name_of(card, "user_id")
    extra = {**told.extra, "user_id": user, "group": name_of(message, "group_id")}
    passed_on = part(message, "context")
    flags = (passed_on.get(name) for name in ("forwarded", "frequently_forwarded"))
    extra["forwarded"] = any(flag is True for flag in flags)
    return Identity(
        name=words(profile, "name") or None,
        phone=f"+{number}" if dialled else None,
        handle=f"@{username}" if username else None,
        extra={name: value for name, value in extra.items() if value},
    )


def _report(piece: Piece) -> list[Heard]:
    """Return what became of a message of ours, or nothing where that cannot be told."""
    status = piece.element
    state = _STATES.get(words(status, "status"))
    if state is None:
        return []
    wrong = next(iter(parts(status, "errors")), {})
    return [
        DeliveryReport(
            channel=Channel.WHATSAPP,
            account=piece.account,
            state=state,
            provider_id=code_of(status, "id"),
            our_id=number_of(status, "biz_opaque_callback_data"),
            code=code_of(wrong, "code"),
            at=moment_of(status, "timestamp"),
        )
    ]
