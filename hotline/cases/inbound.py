"""What every channel hands over: one message or call, not yet stored."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.cases.terms import Channel


class InboundKind(StrEnum):
    """What came in."""

    MESSAGE = "message"
    EDIT = "edit"
    CALL = "call"
    UNPARSED = "unparsed"  # genuine and ours, but of a shape nobody can read yet


@dataclass(frozen=True, slots=True)
class ContactPolicy:
    """How the person may be reached; silence means not at all."""

    may_write: bool = False
    hours: str | None = None
    code_word: str | None = None
    may_call: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Who wrote. Sealed as a whole; `phone` and `name` are also traced by keyed hash."""

    name: str | None = None
    phone: str | None = None
    handle: str | None = None
    relation: str | None = None
    address: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message or call. `(channel, account, external_id)` makes it one for ever."""

    channel: Channel
    account: str  # which of our doors: bot id, partner name, form
    external_id: str
    text: str
    raw: bytes  # as it came, to be parsed again after a fix
    kind: InboundKind = InboundKind.MESSAGE
    occurred_at: datetime | None = None
    identity: Identity | None = None
    sender: str | None = None  # address on the channel; kept as a keyed hash only
    lang_hint: str | None = None
    region_hint: str | None = None
    site: str | None = None
    anonymous: bool = False
    screened: bool = False  # a person has read it (config/referral.yaml)
    policy: ContactPolicy = ContactPolicy()
    complaint_about: tuple[dict[str, str], ...] = ()
    pin: str | None = None
    marks: tuple[str, ...] = ()  # "honeypot", "too_fast": looked at later, never refused
