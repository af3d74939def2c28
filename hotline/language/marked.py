"""A text whose words carry the groups they belong to, as bits; and concepts upon it."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hotline.language.negation import ALWAYS_DENIED, NEVER_DENIED, is_negated


@dataclass(frozen=True, slots=True)
class Concept:
    """Groups of stems that must all occur within `window` places; the deed comes first."""

    id: str
    groups: tuple[tuple[str, ...], ...]
    window: int = 7
    negatable: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """Where a concept is: its number, words `first` to `last`, the word of the deed."""

    concept: int
    first: int
    last: int
    deed: int
    negated: bool


class Stem(NamedTuple):
    """A folded stem, the letters of its root, and the groups it belongs to, as bits."""

    text: str
    root: int
    groups: int


class Phrase(NamedTuple):
    """Words that stand together: the bit they set, and the bits of the words.

    `adjacent`: they follow one another directly, in this order.
    """

    own: int
    parts: tuple[int, ...]
    adjacent: bool


class Compiled(NamedTuple):
    """A concept as bits: its groups, the deed first."""

    groups: tuple[int, ...]
    need: int
    window: int
    negatable: bool


class Known(NamedTuple):
    """What the index knows of one word."""

    groups: int
    stems: tuple[Stem, ...]


class MarkedText:
    """One text under the index: the groups of every word, as bits."""

    __slots__ = ("_places", "at", "folded", "known", "present")

    def __init__(self, folded: list[str], known: list[Known], at: Sequence[int]) -> None:
        self.folded = folded
        self.known = known
        self.at = at
        self.present = 0
        for word in known:
            self.present |= word.groups
        self._places: dict[int, list[int]] = {}

    def places(self, bit: int) -> list[int]:
        """Return the words that belong to the group `bit`, in order."""
        found = self._places.get(bit)
        if found is None:
            found = [index for index, word in enumerate(self.known) if word.groups & bit]
            self._places[bit] = found
        return found

    def words_of(self, phrase: Phrase, first: int, reach: int) -> tuple[int, ...]:
        """Return the words of `phrase` that begins at word `first`; empty when absent."""
        if phrase.adjacent:
            stop = first + len(phrase.parts)
            together = stop <= len(self.at) and self.at[stop - 1] - self.at[first] == (
                stop - 1 - first
            )
            follow = zip(phrase.parts, self.known[first:stop], strict=False)
            fits = together and all(word.groups & part for part, word in follow)
            return tuple(range(first, stop)) if fits else ()
        words = [first]
        for part in phrase.parts[1:]:
            other = self.near(part, first, reach)
            if other is None:
                return ()
            words.append(other)
        return tuple(words)

    def add(self, words: Sequence[int], phrase: Phrase) -> None:
        """Note that `phrase` stands at `words`; it is denied when one of them is."""
        index, before = words[0], self.known[words[0]]
        denied = any(
            self._part_denied(word, part, words)
            for word, part in zip(words, phrase.parts, strict=True)
        )
        root = ALWAYS_DENIED if denied else NEVER_DENIED
        stem = Stem("", root, phrase.own)
        self.known[index] = Known(before.groups | phrase.own, (*before.stems, stem))
        self.present |= phrase.own
        self._places.pop(phrase.own, None)

    def _part_denied(self, word: int, bit: int, own: Sequence[int]) -> bool:
        """Tell whether every reading of one word of a phrase is denied from outside it."""
        return all(
            is_negated(self.folded, word, stem.root, own)
            for stem in self.known[word].stems
            if stem.groups & bit
        )

    def near(self, bit: int, index: int, reach: int) -> int | None:
        """Return the word of group `bit` nearest to word `index`, within `reach`."""
        places, at = self.places(bit), self.at
        following = bisect_left(places, index)
        best: int | None = None
        for other in places[max(0, following - 1) : following + 1]:
            distance = abs(at[other] - at[index])
            if distance < reach and (best is None or distance < abs(at[best] - at[index])):
                best = other
        return best

    def match(self, number: int, concept: Compiled) -> Match | None:
        """Return where `concept` stands; a place that is not denied before one that is."""
        kept: Match | None = None
        for word in self.places(concept.groups[0]):
            words = [word]
            for bit in concept.groups[1:]:
                other = self.near(bit, word, concept.window)
                if other is None:
                    break
                words.append(other)
            if len(words) < len(concept.groups):
                continue
            negated = concept.negatable and self.denied(word, concept.groups[0])
            kept = Match(number, min(words), max(words), word, negated)
            if not negated:
                break
        return kept

    def denied(self, index: int, bit: int) -> bool:
        """Tell whether every reading of word `index` as a deed of `bit` is denied."""
        stems = self.known[index].stems
        return all(
            is_negated(self.folded, index, stem.root) for stem in stems if stem.groups & bit
        )
