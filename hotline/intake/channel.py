"""What a channel is: three pure steps around one shared route (docs/howto/channel.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from hotline.cases.inbound import Heard


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as it came. `headers` ignore case; `at` is the moment of arrival.

    The body of a GET is its query string as it came: what is kept can be parsed again.
    """

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    at: datetime
    remote: str | None = None
    sender: str | None = (
        None  # known already, by its account: what was kept is parsed again
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: the receipts of its contacts, and whether any is new."""

    receipts: Sequence[str] = ()
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer that a provider expects."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)


class Channel(Protocol):
    """One provider's contract: a file implements it, a line of `routes` registers it."""

    name: str  # its door is /intake/{name}

    @property
    def methods(self) -> tuple[str, ...]:
        """Return by which methods the provider calls."""
        ...

    def verify(self, raw: RawRequest) -> None:
        """Return if the provider sent this. Errors: NotGenuine."""
        ...

    def parse(self, raw: RawRequest) -> Sequence[Heard]:
        """Return what people wrote and what became of what we wrote; nothing if not for us.

        Called after `verify`, and again by `hotline replay` on what was kept. Total: what is
        ours and cannot be read is one UNPARSED.
        Errors: RejectedInbound when the body is not what the provider's format is made of.
        """
        ...

    def ack(self, outcome: Outcome) -> Reply:
        """Return the provider's 2xx."""
        ...


class Greeted(Protocol):
    """A channel whose provider first asks, by GET, whether the address is ours."""

    name: str

    def challenge(self, raw: RawRequest) -> Reply:
        """Return the answer that the provider waits for. Errors: NotAllowed."""
        ...
