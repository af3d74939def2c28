"""The reader that a worker uses: the shipped model with what the desk taught it."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.model.heads import Heads, correct
from hotline.routing.reading import Reader, Reading


@dataclass(frozen=True, slots=True)
class DeskReader:
    """A shipped reader and the heads that correct it."""

    base: Reader
    heads: Heads
    learned: str  # the heads' name; hashing them anew for every contact would cost more

    @property
    def version(self) -> str:
        """Return both names: a stored decision tells which weights it rests on."""
        return f"{self.base.version}+{self.learned}"

    def read(self, texts: Sequence[str]) -> list[Reading] | None:
        """Return one corrected reading per text, or None while no model can answer."""
        found = self.base.read(texts)
        return None if found is None else [correct(self.heads, one) for one in found]


def with_heads(base: Reader, heads: Heads | None) -> Reader:
    """Return `base` as `heads` correct it; heads made for other weights change nothing."""
    if heads is None or heads.base_version != base.version:
        return base
    return DeskReader(base, heads, heads.version)
