"""Words into the pieces that the encoder knows: the most probable split of each word.

Source: Kudo 2018, subword regularisation (the unigram language model's best path); the
pieces and their log-probabilities come with the weights.
"""

from collections.abc import Mapping, Sequence

START = "\u2581"  # stands before the first letter of every word
UNKNOWN = 0  # the number of what no piece covers
_UNKNOWN_COSTS = 10.0  # below the rarest piece
_LONGEST = 40  # letters of one word that are split; a longer one is noise
_REMEMBERED = 20_000  # words


class Pieces:
    """Splits words; remembers the words it has seen."""

    def __init__(self, scores: Mapping[str, tuple[int, float]]) -> None:
        """Take each piece with its number and log-probability."""
        self._known = scores
        self._longest = max(map(len, scores))
        self._unknown = min(score for _, score in scores.values()) - _UNKNOWN_COSTS
        self._seen: dict[str, tuple[int, ...]] = {}

    def split(self, text: str) -> list[int]:
        """Return the numbers of the pieces of `text`. Linear in its length."""
        found: list[int] = []
        for word in text.split():
            numbers = self._seen.get(word)
            if numbers is None:
                numbers = tuple(self._best(START + word[:_LONGEST]))
                if len(self._seen) < _REMEMBERED:
                    self._seen[word] = numbers
            found.extend(numbers)
        return found

    def _best(self, word: str) -> Sequence[int]:
        size = len(word)
        best = [0.0] + [float("-inf")] * size
        came: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for start in range(size):
            worth = best[start]
            if worth + self._unknown > best[start + 1]:
                best[start + 1] = worth + self._unknown
                came[start + 1] = (start, UNKNOWN)
            for end in range(start + 1, min(size, start + self._longest) + 1):
                known = self._known.get(word[start:end])
                if known is not None and worth + known[1] > best[end]:
                    best[end] = worth + known[1]
                    came[end] = (start, known[0])
        found: list[int] = []
        at = size
        while at:
            at, number = came[at]
            found.append(number)
        return found[::-1]
