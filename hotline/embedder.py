"""The seam for a language model: one method, and the honest absence of it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

Scores = Mapping[str, float]


class Embedder(Protocol):
    """Scores of every code for each text; None while no model can answer."""

    @property
    def version(self) -> str:
        """Return the name and content hash of the weights."""

    def scores(self, texts: Sequence[str]) -> list[Scores] | None:
        """Return one mapping of code to probability per text, or None without a model."""


class AbsentEmbedder:
    """No model is installed: rules go on alone, and the contact waits for a person."""

    version = "absent"

    def scores(self, texts: Sequence[str]) -> list[Scores] | None:  # noqa: ARG002
        """Return None: there is nothing to ask."""
        return None
