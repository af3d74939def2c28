"""What every way of writing to a person who asked for help can do, and how it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, ready to go. Lives in memory only, for as long as it is being sent."""

    outbound_id: int  # handed to the provider where it gives it back in its reports
    to: str = field(repr=False)  # the person's address on this channel
    text: str = field(repr=False)
    locale: str
    template: str | None = None  # approved wording at the provider, outside its window
    facts: Mapping[str, str] = field(
        default_factory=dict, repr=False
    )  # of the last inbound


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it."""

    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """The provider surely did not take it, and may later. Units: seconds."""

    after_s: float
    code: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The provider will never take it."""

    code: str


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The person shut the thread: nothing is written there any more."""

    code: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Nobody knows whether the provider took it: a time-out after it was handed over."""

    code: str


SendResult = Sent | Retry | Failed | Suppressed | Uncertain


class Transport(Protocol):
    """One provider: a file implements it, a line of `transports` registers it."""

    async def send(self, line: aiohttp.ClientSession, letter: Letter) -> SendResult:
        """Hand `letter` over. Total: whatever the provider does is one of the five."""
        ...
