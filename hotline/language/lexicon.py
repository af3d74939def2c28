"""Finding concepts: groups of word stems that meet within a few words, in any order.

Cost is linear in the text: one dictionary look-up a word, and only concepts whose first
group (the deed) occurred are looked at. How stems are written: see `stems`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hotline.language.marked import (
    Compiled,
    Concept,
    Known,
    MarkedText,
    Match,
    Phrase,
    Stem,
)
from hotline.language.negation import NEVER_DENIED
from hotline.language.normalise import Normalised

__all__ = ["KEY", "Compiled", "Concept", "Lexicon", "Match", "Phrase", "Stem"]

KEY = 3  # letters of a stem that the index is keyed by
_PHRASE_REACH = 4  # the words of an `a+b` stem stand nearer than this
_SENTENCE_GAP = 2  # places that the end of a sentence counts for
_JOINED = frozenset({"не", "без"})  # particles that are read as part of the next word
_REMEMBERED = 20_000  # words; the same words come again and again
_NOTHING = Known(0, ())


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Compiled concepts; made once by `stems.compile_lexicon`.

    Groups are bits of one number, so that a concept is ruled out by a single `and`.
    """

    concepts: tuple[Compiled, ...]
    exact: Mapping[str, tuple[Stem, ...]]
    prefixes: Mapping[str, tuple[Stem, ...]]
    phrases: Mapping[tuple[int, int], tuple[Phrase, ...]]  # by the bits of two words
    starts: Mapping[int, tuple[int, int]]  # first bit -> bits that may follow, stand near
    look_alikes: Mapping[str, str] = field(default_factory=dict)  # as written -> folded
    memory: dict[str, Known] = field(default_factory=dict, compare=False)
    by_deed: dict[int, list[int]] = field(init=False, compare=False)
    deeds: int = field(init=False, compare=False)  # every bit that begins a concept
    begins: int = field(init=False, compare=False)  # every bit that begins a phrase
    doubtful: frozenset[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        by_deed: dict[int, list[int]] = {}
        for number, concept in enumerate(self.concepts):
            by_deed.setdefault(concept.groups[0], []).append(number)
        deeds = 0
        for bit in by_deed:
            deeds |= bit
        object.__setattr__(self, "by_deed", by_deed)
        object.__setattr__(self, "deeds", deeds)
        object.__setattr__(self, "begins", sum(self.starts))
        object.__setattr__(self, "doubtful", frozenset(self.look_alikes.values()))

    def find(self, read: Normalised) -> list[Match]:
        """Return the best match of every concept that occurs, in order of concepts."""
        text = self._read(read)
        found = [text.match(number, self.concepts[number]) for number in self._told(text)]
        return [match for match in found if match is not None]

    def words_of(self, read: Normalised) -> dict[int, int]:
        """Return for each concept how many words of its first group the text holds."""
        text = self._read(read)
        found = {}
        for number, concept in enumerate(self.concepts):
            if concept.groups[0] & text.present:
                found[number] = len(text.places(concept.groups[0]))
        return found

    def _told(self, text: MarkedText) -> list[int]:
        """Return the concepts whose every group occurs; only deeds that occur are tried."""
        present = text.present
        numbers: list[int] = []
        for bit in _bits(present & self.deeds):
            for number in self.by_deed[bit]:
                need = self.concepts[number].need
                if need & present == need:
                    numbers.append(number)
        return sorted(numbers)

    def _read(self, read: Normalised) -> MarkedText:
        folded = [token.folded for token in read.tokens]
        memory = self.memory
        known = [memory.get(word) or self._known(word) for word in folded]
        if not self.doubtful.isdisjoint(folded):  # "быть" (to be) folds as "бить" (to beat)
            for index, token in enumerate(read.tokens):
                if token.surface.lower() in self.look_alikes:
                    known[index] = _NOTHING
        for index in range(1, len(folded)):
            if folded[index - 1] in _JOINED:
                joined = self._known(folded[index - 1] + folded[index])
                if joined.groups:
                    stems = tuple(stem._replace(root=NEVER_DENIED) for stem in joined.stems)
                    groups = known[index].groups | joined.groups
                    known[index] = Known(groups, known[index].stems + stems)
        text = MarkedText(folded, known, _positions(read))
        if text.present & self.begins:
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

    def _add_phrases(self, text: MarkedText) -> None:
        for index, known in enumerate(text.known):
            for bit in _bits(known.groups & self.begins):
                follow, near = self.starts[bit]
                after = text.known[index + 1].groups if index + 1 < len(text.known) else 0
                for second in _bits(follow & after | near & text.present):
                    for phrase in self.phrases[bit, second]:
                        words = text.words_of(phrase, index, _PHRASE_REACH)
                        if words:
                            text.add(words, phrase)


def _bits(whole: int) -> Iterator[int]:
    while whole:
        bit = whole & -whole
        whole ^= bit
        yield bit


def _positions(read: Normalised) -> Sequence[int]:
    """Return each word's place; the end of a sentence counts as some words."""
    if len(read.sentences) == 1:
        return range(len(read.tokens))
    at: list[int] = []
    for number, sentence in enumerate(read.sentences):
        shift = number * _SENTENCE_GAP
        at.extend(range(sentence.first + shift, sentence.last + shift))
    return at
