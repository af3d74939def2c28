"""Finding concepts: groups of word stems that meet within a few words, in any order.

Cost is linear in the text: one dictionary look-up a word, and only concepts whose first
group (the deed) occurred are looked at. How stems are written: see `stems`.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotline.language.negation import is_negated
from hotline.language.normalise import Normalised

KEY = 3  # letters of a stem that the index is keyed by
_PHRASE_REACH = 4  # the words of an `a+b` stem stand nearer than this
_SENTENCE_GAP = 2  # places that the end of a sentence counts for
_JOINED = frozenset({"не", "без"})  # particles that are read as part of the next word


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


Stem = tuple[str, int, tuple[int, ...]]  # folded stem, letters of its root, groups
Places = dict[int, list[tuple[int, int]]]  # group -> (word, letters of the root), in order


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Compiled concepts; made once by `stems.compile_lexicon`, never changed."""

    concepts: tuple[tuple[tuple[int, ...], int, bool], ...]
    by_deed: Mapping[int, tuple[int, ...]]
    exact: Mapping[str, tuple[Stem, ...]]
    prefixes: Mapping[str, tuple[Stem, ...]]
    phrases: tuple[tuple[int, tuple[int, ...]], ...]  # own group <- groups of its words

    def find(self, read: Normalised) -> list[Match]:
        """Return the best match of every concept that occurs, in order of concepts."""
        folded = [token.folded for token in read.tokens]
        places = self._places(folded)
        if not places:
            return []
        at = _positions(read)
        self._add_phrases(places, at)
        wanted = {c for group in places for c in self.by_deed.get(group, ())}
        found = (self._match(concept, places, at, folded) for concept in sorted(wanted))
        return [match for match in found if match]

    def words_of(self, read: Normalised) -> dict[int, int]:
        """Return for each concept how many words of its first group the text holds."""
        places = self._places([token.folded for token in read.tokens])
        self._add_phrases(places, _positions(read))
        return {
            concept: len({word for word, _ in found})
            for group, found in places.items()
            for concept in self.by_deed.get(group, ())
        }

    def _places(self, folded: Sequence[str]) -> Places:
        places: Places = {}
        exact, prefixes = self.exact, self.prefixes
        before = ""
        for index, word in enumerate(folded):
            if word in exact:
                _note(places, exact[word], index)
            bucket = prefixes.get(word[:KEY])
            if bucket:
                _note(places, [row for row in bucket if word.startswith(row[0])], index)
            if before in _JOINED:
                joined = before + word
                bucket = prefixes.get(joined[:KEY], ())
                rows = [row for row in bucket if joined.startswith(row[0])]
                _note(places, [(row[0], -1, row[2]) for row in rows], index)
            before = word
        return places

    def _add_phrases(self, places: Places, at: Sequence[int]) -> None:
        for own, parts in self.phrases:
            if any(part not in places for part in parts):
                continue
            rest = [places[part] for part in parts[1:]]
            whole = [
                (word, -1 if letters < 0 else letters)
                for word, letters in places[parts[0]]
                if all(_near(other, word, at, _PHRASE_REACH) is not None for other in rest)
            ]
            if whole:
                places[own] = sorted(set(places.get(own, []) + whole))

    def _match(
        self, concept: int, places: Places, at: Sequence[int], folded: Sequence[str]
    ) -> Match | None:
        groups, window, negatable = self.concepts[concept]
        if any(group not in places for group in groups):
            return None
        kept: Match | None = None
        for word, letters in places[groups[0]]:
            words = [word]
            for group in groups[1:]:
                other = _near(places[group], word, at, window)
                if other is None:
                    break
                words.append(other)
            if len(words) < len(groups):
                continue
            negated = negatable and is_negated(folded, word, letters)
            kept = Match(concept, min(words), max(words), word, negated)
            if not negated:
                return kept
        return kept


def _note(places: Places, rows: Sequence[Stem], index: int) -> None:
    for _, letters, groups in rows:
        for group in groups:
            places.setdefault(group, []).append((index, letters))


def _positions(read: Normalised) -> list[int]:
    """Return each word's place; the end of a sentence counts as some words."""
    at: list[int] = []
    for number, sentence in enumerate(read.sentences):
        shift = number * _SENTENCE_GAP
        at.extend(range(sentence.first + shift, sentence.last + shift))
    return at


def _near(
    places: Sequence[tuple[int, int]], word: int, at: Sequence[int], reach: int
) -> int | None:
    """Return the word of `places` nearest to `word`, or None at `reach` or beyond."""
    index = bisect_left(places, (word, -2))
    best: int | None = None
    for other, _ in places[max(0, index - 1) : index + 1]:
        distance = abs(at[other] - at[word])
        if distance < reach and (best is None or distance < abs(at[best] - at[word])):
            best = other
    return best
