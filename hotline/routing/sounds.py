"""How a name sounds, whoever wrote it: Kazakh, Russian or Latin letters, one key.

On top of `language.letters.fold`, which makes one alphabet of three. Keys find people again
as keyed hashes only; they are a hint for a person who compares, never a proof.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from hotline.language.normalise import fold

_LATIN = (  # in passports x is "кс"; in Kazakh Latin it is "х", as in Axmet
    (re.compile("x(?=e)"), "ks"),
    (re.compile("(?<=[aeo])x(?=[iyaeou]|$)"), "ks"),
    (re.compile("^ju(?=l[iy]|r[iy])"), "yu"),  # Julia, but Juldyz
    (re.compile("j(?=[aeiouyäöüūı])"), "zh"),  # Guljan: "жа", where a text may mean "я"
)
_ALIKE = (  # pairs that one ear hears alike; in order
    ("дж", "ж"), ("щ", "ш"), ("нг", "н"), ("ия", "я"), ("ие", "е"), ("ио", "е"),
    ("ауи", "ау"), ("оуи", "оу"), ("хх", "х"),
)  # fmt: skip
_ROUNDED = str.maketrans("у", "о")  # Төлеген, Tulegen; Өмірбек, Umirbek
_AT_THE_END = str.maketrans("бдгзвж", "птксфш")
_DOUBLE = re.compile(r"(.)\1+")
_NO_NAME = frozenset(("кизи", "ули", "угли", "огли", "уғли", "apa", "апа", "аға", "ага"))
_WORDS = 4  # of one name; more is no name
_SHORTEST = 2  # letters; an initial says nothing


@dataclass(frozen=True, slots=True)
class NameSounds:
    """The keys of one name: of each word, and of each two words together in a steady order."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]

    @property
    def searched(self) -> tuple[str, ...]:
        """Return the keys worth looking others up by: a lone first name only if it is all."""
        return self.pairs or self.words


@lru_cache(maxsize=8_192)  # first names come again and again, at the door too
def sound_of(word: str) -> str:
    """Return how one word of a name sounds; empty when nothing readable is left."""
    low = word.lower()
    for pattern, spelt in _LATIN:
        low = pattern.sub(spelt, low)
    heard = "".join(letter for letter in fold(low) if letter.isalpha())
    for written, spoken in _ALIKE:
        heard = heard.replace(written, spoken)
    heard = _DOUBLE.sub(r"\1", heard.translate(_ROUNDED))
    return heard[:-1] + heard[-1].translate(_AT_THE_END) if heard else ""


def name_sounds(name: str) -> NameSounds:
    """Return the keys of a name in any order of its words, with or without a patronymic."""
    words = {
        heard
        for word in re.split(r"[\s.,\-]+", name)
        if len(heard := sound_of(word)) >= _SHORTEST and heard not in _NO_NAME
    }
    kept = tuple(sorted(words))[:_WORDS]
    return NameSounds(kept, tuple(" ".join(pair) for pair in combinations(kept, 2)))
