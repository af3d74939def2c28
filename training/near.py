"""Messages that say nearly the same: found by the groups of letters that they share.

Two texts are near when their groups overlap by `NEAR` of what either has (Jaccard 1912). The
index holds only the rarest groups of each text: two near texts must share one of those
(prefix filter, Chaudhuri, Ganti, Kaushik 2006), so nothing is missed and little is compared.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from hotline.language.normalise import normalise

NEAR = 0.55  # of the groups; below it people say a common thing in a common way
_SHARED = 2 * NEAR / (1 + NEAR)  # of a text's groups stand in any longer text near it
_LETTERS = 5
_FEW = 3  # words; a shorter text is the same only letter by letter: "тест" is not "test"


def twins(texts: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Yield places of two texts that are near, the earlier first, and how near (to 1)."""
    first: dict[str, int] = {}
    longer: list[tuple[int, str]] = []
    for place, text in enumerate(texts):
        words = [token.folded for token in normalise(text).tokens]
        if len(words) >= _FEW:
            longer.append((place, " ".join(words)))
            continue
        bare = re.sub(r"\s+", " ", text.casefold()).strip()
        if bare in first:
            yield first[bare], place, 1.0
        first.setdefault(bare, place)
    yield from _near(longer)


def _near(texts: Sequence[tuple[int, str]]) -> Iterator[tuple[int, int, float]]:
    grouped = _by_rarity([_groups(text) for _, text in texts])
    whole = [set(groups) for groups in grouped]
    index: dict[int, list[int]] = defaultdict(list)
    # From short to long, so that a text meets only those that are no longer than itself.
    for one in sorted(range(len(texts)), key=lambda number: len(grouped[number])):
        groups = grouped[one]
        size = len(groups)
        met: set[int] = set()
        for group in groups[: size - math.ceil(NEAR * size) + 1]:
            met.update(index[group])
        for group in groups[: size - math.ceil(_SHARED * size) + 1]:
            index[group].append(one)
        for other in met:
            if len(whole[other]) < NEAR * size:
                continue
            shared = len(whole[one] & whole[other])
            likeness = shared / (size + len(whole[other]) - shared)
            if likeness >= NEAR:
                early, late = sorted((texts[one][0], texts[other][0]))
                yield early, late, likeness


def _groups(text: str) -> set[str]:
    framed = f" {text} "
    return {framed[at : at + _LETTERS] for at in range(max(1, len(framed) - _LETTERS + 1))}


def _by_rarity(every: Sequence[set[str]]) -> list[list[int]]:
    """Return each text's groups as numbers, the rarest in all texts first."""
    seen = Counter(group for groups in every for group in groups)
    ranked = sorted(seen, key=lambda group: (seen[group], group))
    number = {group: place for place, group in enumerate(ranked)}
    return [sorted(number[group] for group in groups) for groups in every]
