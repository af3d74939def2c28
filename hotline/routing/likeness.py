"""How alike two texts are, told by numbers: the words themselves are never kept.

A sketch is a bounded set of keyed hashes of word stems. It is sealed under its contact's own
key, so it goes when the person is forgotten; bands are what an index may find texts by.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from hotline.language.normalise import Normalised, normalise

STEM = 5  # folded letters: Kazakh and Russian endings begin about there
SHORTEST = 3
MOST_WORDS = 64
READ = 400  # words of one text
BANDS, ROWS = 10, 3  # texts half alike share a band in three of four cases
FEWEST_FOR_BANDS = 5  # "сәлеметсіз бе" is no sign of one person
_PRIME = (1 << 61) - 1
_TURNS = tuple(
    (
        int.from_bytes(blake2b(b"a%d" % i, digest_size=7).digest()) | 1,
        int.from_bytes(blake2b(b"b%d" % i, digest_size=7).digest()),
    )
    for i in range(BANDS * ROWS)
)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The smallest keyed hashes of a text's words; all of them when the text is short."""

    words: frozenset[int] = frozenset()

    def packed(self) -> bytes:
        """Return the sketch as bytes to be sealed."""
        ordered = sorted(self.words)
        return struct.pack(f">{len(ordered)}Q", *ordered)


NO_WORDS = Sketch()


def unpacked(raw: bytes) -> Sketch:
    """Return what `packed` wrote."""
    return Sketch(frozenset(struct.unpack(f">{len(raw) // 8}Q", raw)))


def common_stems(words: str) -> frozenset[str]:
    """Return the stems of words that tell no two texts apart."""
    return frozenset(token.folded[:STEM] for token in normalise(words).tokens)


def sketch_of(text: str | Normalised, key: bytes, common: frozenset[str]) -> Sketch:
    """Return the sketch of a text. Units: `key` at most 64 bytes."""
    read = normalise(text) if isinstance(text, str) else text
    stems = {
        stem
        for token in read.tokens[:READ]
        if (len(token.folded) >= SHORTEST or token.folded.isdigit())
        and (stem := token.folded[:STEM]) not in common
    }
    hashed = sorted(
        int.from_bytes(blake2b(stem.encode(), digest_size=8, key=key).digest())
        for stem in stems
    )
    return Sketch(frozenset(hashed[:MOST_WORDS]))


def alike(one: Sketch, other: Sketch) -> float:
    """Return the share of words that both hold, 0 to 1. Bottom-k estimate for long texts."""
    whole = one.words | other.words
    if len(whole) <= MOST_WORDS:  # nearly every text: nothing was left out of either
        return len(one.words & other.words) / len(whole) if whole else 0.0
    both = sorted(whole)[:MOST_WORDS]
    return sum(w in one.words and w in other.words for w in both) / len(both)


def bands(sketch: Sketch) -> tuple[str, ...]:
    """Return the keys by which an index finds texts that are much alike (minhash bands)."""
    if len(sketch.words) < FEWEST_FOR_BANDS:
        return ()
    mins = [min((a * word + b) % _PRIME for word in sketch.words) for a, b in _TURNS]
    return tuple(
        f"{band}:" + ":".join(map(str, mins[band * ROWS : (band + 1) * ROWS]))
        for band in range(BANDS)
    )


def shares(sketches: Iterable[Sketch], fewest: int) -> Mapping[int, float]:
    """Return the words that at least `fewest` sketches hold, with the share that holds each."""
    read = list(sketches)
    count: dict[int, int] = {}
    for sketch in read:
        for word in sketch.words:
            count[word] = count.get(word, 0) + 1
    return {word: n / len(read) for word, n in count.items() if n >= fewest}
