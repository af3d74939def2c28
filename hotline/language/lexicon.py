"""Finding concepts: groups of word stems that meet within a few words, in any order.

Cost is linear in the text: one dictionary look-up a word, and only concepts whose first
group (the deed) occurred are looked at. How stems are written: see `stems`.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hotline.language.negation import is_negated
from hotline.language.normalise import Normalised

KEY = 3  # letters of a stem that the index is keyed by
_PHRASE_REACH = 4  # the words of an `a+b` stem stand nearer than this
_SENTENCE_GAP = 2  # places that the end of a sentence counts for
_JOINED = frozenset({"не", "без"})  # particles that are read as part of the next word
_REMEMBERED = 20_000  # words; the same words come again and again
_OWN_PARTICLE = -1  # root length of a stem that holds its own particle: never denied


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
    """Words that stand together: the bit they set, and the bits of the words."""

    own: int
    parts: tuple[int, ...]
    need: int


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


_NOTHING = Known(0, ())


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Compiled concepts; made once by `stems.compile_lexicon`.

    Groups are bits of one number, so that a concept is ruled out by a single `and`.
    """

    concepts: tuple[Compiled, ...]
    exact: Mapping[str, tuple[Stem, ...]]
    prefixes: Mapping[str, tuple[Stem, ...]]
    phrases: Mapping[int, tuple[Phrase, ...]]  # by the bit of their first word
    starts: int  # every bit that begins a phrase
    memory: dict[str, Known] = field(default_factory=dict, compare=False)

    def find(self, read: Normalised) -> list[Match]:
        """Return the best match of every concept that occurs, in order of concepts."""
        text = self._read(read)
        present = text.present
        return [
            match
            for number, concept in enumerate(self.concepts)
            if concept.need & present == concept.need
            and (match := text.match(number, concept)) is not None
        ]

    def words_of(self, read: Normalised) -> dict[int, int]:
        """Return for each concept how many words of its first group the text holds."""
        text = self._read(read)
        found = {}
        for number, concept in enumerate(self.concepts):
            if concept.groups[0] & text.present:
                found[number] = len(text.places(concept.groups[0]))
        return found

    def _read(self, read: Normalised) -> "_Text":
        folded = [token.folded for token in read.tokens]
        memory = self.memory
        known = [memory.get(word) or self._known(word) for word in folded]
        for index in range(1, len(folded)):
            if folded[index - 1] in _JOINED:
                joined = self._known(folded[index - 1] + folded[index])
                if joined.groups:
                    stems = tuple(
                        stem._replace(root=_OWN_PARTICLE) for stem in joined.stems
                    )
                    groups = known[index].groups | joined.groups
                    known[index] = Known(groups, known[index].stems + stems)
        text = _Text(folded, known, _positions(read))
        self._add_phrases(text)
        return text

    def _known(self, word: str) -> Known:
        found = self.memory.get(word)
        if found is not None:
            return found
        stems = [
            stem for stem in self.prefixes.get(word[:KEY], ()) if word.startswith(stem[0])
        ]
        stems += self.exact.get(word, ())
        groups = 0
        for stem in stems:
            groups |= stem.groups
        found = Known(groups, tuple(stems)) if stems else _NOTHING
        if len(self.memory) >= _REMEMBERED:
            self.memory.clear()
        self.memory[word] = found
        return found

    def _add_phrases(self, text: "_Text") -> None:
        for index, known in enumerate(text.known):
            begins = known.groups & self.starts
            while begins:
                bit = begins & -begins
                begins ^= bit
                for phrase in self.phrases[bit]:
                    if phrase.need & text.present == phrase.need and all(
                        text.near(part, index, _PHRASE_REACH) is not None
                        for part in phrase.parts[1:]
                    ):
                        text.add(index, bit, phrase.own)


class _Text:
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

    def add(self, index: int, first: int, own: int) -> None:
        """Note that a phrase whose first word is `first` stands at word `index`."""
        before = self.known[index]
        stems = tuple(
            stem._replace(groups=own) for stem in before.stems if stem.groups & first
        )
        self.known[index] = Known(before.groups | own, before.stems + stems)
        self.present |= own
        self._places.pop(own, None)

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


def _positions(read: Normalised) -> Sequence[int]:
    """Return each word's place; the end of a sentence counts as some words."""
    if len(read.sentences) == 1:
        return range(len(read.tokens))
    at: list[int] = []
    for number, sentence in enumerate(read.sentences):
        shift = number * _SENTENCE_GAP
        at.extend(range(sentence.first + shift, sentence.last + shift))
    return at
