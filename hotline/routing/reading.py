"""What a language model says of one text: facts for triage, from whatever model reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Limits:
    """From which probability: the bell rings; 0 instead of 1; a hint holds; nobody asks."""

    danger: float = 0.5
    critical: float = 0.5
    power: float = 0.5
    sure: float = 0.9


@dataclass(frozen=True, slots=True)
class Evidence:
    """A word that speaks for an answer: `danger` or a code. `span` in characters."""

    answer: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """One text as a model read it. All numbers are calibrated probabilities.

    `confidence`: that the first code is right. `power`: per kind of body, that somebody
    complained of has power over it. `words`: what the answers rest on most. `limits` come
    with the weights they were fitted for.
    `features` is what learning at the desk may see of a text: numbers, no words.
    `whole` is False when the encoder was missing or too slow, and cheaper parts answered.
    """

    codes: Mapping[str, float]
    danger: float
    urgency: Mapping[int, float]
    whole: bool
    features: tuple[float, ...] = ()
    confidence: float = 0.0
    power: Mapping[str, float] = field(default_factory=dict)
    words: tuple[Evidence, ...] = ()
    limits: Limits = Limits()


class Reader(Protocol):
    """A language model: one method, and the name of its weights."""

    @property
    def version(self) -> str:
        """Return the name and content hash of the weights."""

    def read(self, texts: Sequence[str]) -> list[Reading] | None:
        """Return one reading per text, or None while no model can answer."""
