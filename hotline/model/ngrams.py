"""The cheap model: weighted words and letter groups of the folded text (TF-IDF).

It reads what rules read, so a typo, a case ending or a transliteration moves it little; it
goes on alone when the encoder is missing or slow, and picks what of a long text is read.
Source: Sparck Jones 1972; sublinear counts as in Manning, Raghavan, Schuetze 2008, 6.4.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SHORTEST, LONGEST = 2, 5  # letters of a group
_READ = 3000  # words of one text that are counted


def grams(words: Sequence[str]) -> Iterable[str]:
    """Return words, pairs of words (`a b`) and letter groups (`_ab`) of folded words."""
    words = words[:_READ]
    for number, word in enumerate(words):
        yield f"={word}"
        if number:
            yield f"={words[number - 1]} {word}"
        framed = f" {word[:40]} "
        for size in range(SHORTEST, LONGEST + 1):
            for start in range(len(framed) - size + 1):
                yield framed[start : start + size]
            if size >= len(framed):
                break


class Ngrams:
    """Known groups with their rarity, and what each says for every head."""

    def __init__(
        self,
        known: Mapping[str, int],
        rarity: Floats,
        weights: NDArray[np.int8],
        scale: Floats,
        bias: Floats,
    ) -> None:
        """Take groups by number; `weights` has a row a group and a column an answer."""
        self._known = known
        self._rarity = rarity
        self._weights = weights
        self._scale = scale
        self._bias = bias

    def says(self, words: Sequence[str]) -> Floats:
        """Return the log-odds of every answer for one text."""
        rows, values = self.vector(words)
        if not rows:
            return self._bias.copy()
        picked = self._weights[rows].astype(np.float32)
        answer: Floats = (np.asarray(values, np.float32) @ picked) * self._scale
        answer += self._bias
        return answer

    def leaning(self, word: str, answer: int) -> float:
        """Return how much one word, with its letter groups, speaks for `answer`."""
        numbers = [
            number
            for gram in grams([word])
            if (number := self._known.get(gram)) is not None
        ]
        if not numbers:
            return 0.0
        weights = self._weights[numbers, answer].astype(np.float32)
        return float(weights @ self._rarity[numbers]) * float(self._scale[answer])

    def vector(self, words: Sequence[str]) -> tuple[list[int], list[float]]:
        """Return the known groups of a text and their weights; the squares sum to one.

        Words and letter groups are two halves, each of length one before they are joined.
        """
        halves: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
        for gram in grams(words):
            number = self._known.get(gram)
            if number is not None:
                halves[gram[0] == "="][number] += 1
        rows: list[int] = []
        values: list[float] = []
        for half in halves:
            weighed = [
                (1 + math.log(count)) * float(self._rarity[number])
                for number, count in half.items()
            ]
            length = math.sqrt(sum(value * value for value in weighed)) or 1.0
            rows.extend(half)
            values.extend(value / length for value in weighed)
        return rows, values
