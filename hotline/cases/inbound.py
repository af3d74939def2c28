"""What every channel hands over: one message or call, not yet stored."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.cases.call_event import CallEvent
from hotline.cases.terms import Channel, Happens, OutboundState, Wish


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
class Media:
    """A picture, voice message or file: named by the provider, or here already.

    Units: `size` in bytes, as claimed.
    """

    kind: str  # image | voice | audio | video | file | sticker
    ref: str | None = None  # the provider's id or address; a worker fetches it later
    mime: str | None = None  # as claimed
    name: str | None = None  # as claimed; never a path
    size: int | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A point that a person sent. Units: degrees."""

    latitude: float
    longitude: float
    name: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A provider says what became of one message of ours."""

    channel: Channel
    account: str
    state: OutboundState
    provider_id: str | None = None
    our_id: int | None = None  # where the provider hands back what we gave it
    code: str | None = None  # the provider's; never a text
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ThreadLeft:
    """A person shut the thread to us (blocked the bot), or opened it again."""

    channel: Channel
    account: str
    sender: str
    left: bool
    at: datetime | None = None


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
    media: tuple[Media, ...] = ()
    location: Location | None = None
    follows: str | None = None  # external id of what this amends; or "album:<id>"
    follows_id: int | None = None  # the contact whose thread this goes on in
    behind: bool = False  # one of very many at once: other harmless ones are read first
    wish: Wish | None = None  # what they ask for; nothing is done less because of it
    happens: Happens | None = None


Heard = Inbound | DeliveryReport | ThreadLeft | CallEvent
