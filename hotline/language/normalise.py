"""One spelling for every way people type Kazakh and Russian; rules read only this form.

The folded form is a sound skeleton, not a spelling: Kazakh letters fold to their Russian
neighbours, Latin becomes Cyrillic, and what typists confuse becomes one letter
(й, ы, і -> и; э, ё -> е; тс -> ц; doubled letters -> one; hard and soft signs vanish).
Word lists of rules and gazetteers go through `fold` too, so both sides always agree.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from hotline.language.letters import fold

__all__ = ["Normalised", "Sentence", "Token", "fold", "fold_phrase", "normalise"]

LIMIT = 20_000  # characters read of one text; a longer one keeps its head and its tail
_TAIL_SHARE = 5  # a fifth of the limit: the plea often stands at the end of a letter

_INNER = "\u0300-\u036f\u00ad\u200b-\u200f\u2060-\u2064\ufeff'’ʼ`´ʹ"
_WORD = re.compile(rf"\d+|[^\W\d_](?:[^\W_]|[{_INNER}]+(?=[^\W_]))*")
_STOP = re.compile(r"[.!?…;\n\r]")
_MARKUP = re.compile(r"<[^<>]{0,300}>|&#?[a-zA-Z0-9]{2,8};")


class Token(NamedTuple):
    """One word. `start` and `end` are character positions in the original text."""

    folded: str
    surface: str
    start: int
    end: int


class Sentence(NamedTuple):
    """One sentence: tokens `first` to `last` (exclusive), characters `start` to `end`."""

    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text in the form that rules read. `cut` says that its middle was not read."""

    text: str
    tokens: tuple[Token, ...]
    sentences: tuple[Sentence, ...]
    cut: bool = False


def normalise(text: str, limit: int = LIMIT) -> Normalised:
    """Return the text's folded tokens and sentences. Linear time; total on any string.

    Units: `limit` in characters; of a longer text the first four fifths and the last
    fifth of the limit are read, and `cut` is set.
    """
    cut = len(text) > limit
    if cut:
        tail = limit // _TAIL_SHARE
        tokens = _tokens(text, 0, limit - tail) + _tokens(text, len(text) - tail, len(text))
    else:
        tokens = _tokens(text, 0, len(text))
    return Normalised(text, tuple(tokens), tuple(_sentences(text, tokens)), cut)


def fold_phrase(phrase: str) -> tuple[str, ...]:
    """Return the folded words of a phrase from a configuration file."""
    return tuple(token.folded for token in _tokens(phrase, 0, len(phrase)))


def _tokens(text: str, start: int, end: int) -> list[Token]:
    piece = text[start:end]
    if "<" in piece or "&" in piece:  # spaces of equal length keep every position true
        piece = _MARKUP.sub(lambda found: " " * len(found.group()), piece)
    found = []
    for match in _WORD.finditer(piece):
        surface = match.group()
        folded = fold(surface)
        if folded:
            found.append(Token(folded, surface, start + match.start(), start + match.end()))
    return found


def _sentences(text: str, tokens: list[Token]) -> list[Sentence]:
    found: list[Sentence] = []
    first = 0
    for index in range(1, len(tokens)):
        before, after = tokens[index - 1].end, tokens[index].start
        if after - before > 1 or text[before] != " ":
            if not _STOP.search(text, before, after):
                continue
            found.append(Sentence(first, index, tokens[first].start, before))
            first = index
    if tokens:
        found.append(Sentence(first, len(tokens), tokens[first].start, tokens[-1].end))
    return found
