"""What a language model says of one text: facts for triage, from whatever model reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reading:
    """One text as a model read it. All numbers are calibrated probabilities.

    `features` is what learning at the desk may see of a text: numbers, no words.
    `whole` is False when the encoder was missing or too slow, and cheaper parts answered.
    """

    codes: Mapping[str, float]
    danger: float
    urgency: Mapping[int, float]
    whole: bool
    features: tuple[float, ...] = ()


class Reader(Protocol):
    """A language model: one method, and the name of its weights."""

    @property
    def version(self) -> str:
        """Return the name and content hash of the weights."""

    def read(self, texts: Sequence[str]) -> list[Reading] | None:
        """Return one reading per text, or None while no model can answer."""
