"""How stems are written in configuration, and their index.

`избива`      any word that begins so; shorter than three letters: this word alone
`ана=`        this word alone
`ұр*`         a Kazakh verb root of two letters or more, with its usual endings
`нехоч`       also matches "не хочу": the particle is read as part of its verb
`дем+алмай`   both words within three places of each other; a hyphen means the same
`тамақ_жоқ`   the words follow one another directly, in this order
`@parent`     every stem of the shared group of that name
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from hotline.language.lexicon import KEY, Compiled, Concept, Lexicon, Phrase, Stem
from hotline.language.normalise import fold

# Folded; "са" is left out, because "ұрса" (should he beat) begins "ұрсады" (scolds).
_ENDINGS_TEXT = """
ади еди иди ад ед ат ет ити ди ти ип ап еп п ган ген кан кен га= ге= ам ем маи меи паи пеи
баи беи мад мед пад пед мага меге мак мек пак пек ма= ме= па= пе= гал геш гиз киз дир тир
ил гими гим
"""
_ENDINGS = tuple(_ENDINGS_TEXT.split())
_JOINT = re.compile("[-+_]")


class BadStemError(ValueError):
    """A stem in a configuration that cannot be used; the text says which and why."""


def compile_lexicon(
    concepts: Iterable[Concept],
    shared: Mapping[str, Sequence[str]],
    look_alikes: Iterable[str] = (),
) -> Lexicon:
    """Return the index for `concepts`; words written as `look_alikes` carry no stem.

    Errors: BadStemError.
    """
    return _Compiler(shared).compile(concepts, look_alikes)


class _Compiler:
    """The mutable work of one compilation."""

    def __init__(self, shared: Mapping[str, Sequence[str]]) -> None:
        self.shared = shared
        self.numbers: dict[tuple[str, ...], int] = {}
        self.exact: dict[str, dict[tuple[str, int], int]] = {}
        self.prefixes: dict[str, dict[tuple[str, int], int]] = {}
        self.phrases: dict[tuple[int, int], list[Phrase]] = {}
        self.starts: dict[int, tuple[int, int]] = {}

    def compile(
        self, concepts: Iterable[Concept], look_alikes: Iterable[str] = ()
    ) -> Lexicon:
        compiled = []
        for concept in concepts:
            groups = tuple(1 << self.group(group) for group in concept.groups)
            compiled.append(
                Compiled(groups, _union(groups), concept.window, concept.negatable)
            )
        return Lexicon(
            tuple(compiled),
            _frozen(self.exact),
            _frozen(self.prefixes),
            {words: tuple(phrases) for words, phrases in self.phrases.items()},
            self.starts,
            {word: fold(word) for word in look_alikes},
        )

    def group(self, stems: tuple[str, ...]) -> int:
        if stems in self.numbers:
            return self.numbers[stems]
        number = self.numbers[stems] = len(self.numbers)
        for stem in dict.fromkeys(self.expanded(stems)):
            words = [word for word in _JOINT.split(stem) if word]
            if len(words) > 1:
                self.join(number, words, adjacent="_" in stem)
            else:
                self.add(number, stem)
        return number

    def join(self, number: int, words: Sequence[str], *, adjacent: bool) -> None:
        parts = tuple(1 << self.group((word,)) for word in words)
        first, second = parts[:2]
        phrase = Phrase(1 << number, parts, adjacent)
        self.phrases.setdefault((first, second), []).append(phrase)
        follow, near = self.starts.get(first, (0, 0))
        self.starts[first] = (
            (follow | second, near) if adjacent else (follow, near | second)
        )

    def expanded(self, stems: Iterable[str]) -> list[str]:
        found: list[str] = []
        for stem in stems:
            if not stem.startswith("@"):
                found.append(stem)
            elif stem[1:] in self.shared:
                found += self.expanded(self.shared[stem[1:]])
            else:
                raise BadStemError(f"`{stem}` names no shared group; add it under `groups`")
        return found

    def add(self, number: int, stem: str) -> None:
        folded = fold(stem.rstrip("=*"))
        if stem.endswith("*"):
            for ending in _ENDINGS:
                self.put(number, folded + ending, len(folded))
        else:  # of two letters a beginning would fit every other word
            whole = stem.endswith("=") or len(folded) < KEY
            self.put(number, folded + ("=" if whole else ""), len(folded))

    def put(self, number: int, folded: str, root: int) -> None:
        word = folded.rstrip("=")
        if not word or " " in word:
            raise BadStemError(f"`{folded}` is not one word; join words with `+`")
        whole = folded.endswith("=")
        table, key = (self.exact, word) if whole else (self.prefixes, word[:KEY])
        rows = table.setdefault(key, {})
        rows[word, root] = rows.get((word, root), 0) | 1 << number


def _union(bits: Iterable[int]) -> int:
    whole = 0
    for bit in bits:
        whole |= bit
    return whole


def _frozen(
    table: Mapping[str, Mapping[tuple[str, int], int]],
) -> dict[str, tuple[Stem, ...]]:
    return {
        key: tuple(Stem(stem, root, groups) for (stem, root), groups in rows.items())
        for key, rows in table.items()
    }
