"""The clause that a place stands in: where it begins and ends, and what is beside it."""

from typing import Final, Protocol

from hotline.language.normalise import Normalised

_PARTS: Final = frozenset(",;()[]\n")
_STOPS: Final = frozenset(".!?…:")
_ABBREVIATIONS: Final = frozenset(  # a stop after one of these ends no sentence
    {"г", "гор", "обл", "облис", "ауд", "ул", "мкр", "пос", "с", "п", "д", "р", "н", "пр",
     "просп", "кв", "им", "ст", "т", "е", "к", "жд", "бул", "пер", "раион", "дев", "мал"}
)  # fmt: skip
_NEAR: Final = 4  # words between a place and the verb that says who is there


class Placed(Protocol):
    """A name in a text, with the tokens that belong to it on either side."""

    first: int
    after: int
    before: int
    tail: int


def apart(index: int, text: Normalised) -> bool:
    """Return whether a comma, a bracket or a stop parts word `index` from the next."""
    token = text.tokens[index]
    gap = text.text[token.end : text.tokens[index + 1].start]
    if gap == " ":
        return False
    if not _PARTS.isdisjoint(gap):
        return True
    return token.folded not in _ABBREVIATIONS and not _STOPS.isdisjoint(gap)


def starts_clause(seen: Placed, text: Normalised) -> bool:
    """Return whether nothing stands before the name in its clause."""
    first = seen.first - seen.before
    return first == 0 or apart(first - 1, text)


def stands_alone(seen: Placed, text: Normalised) -> bool:
    """Return whether the name is a clause of its own, as in an address or a heading."""
    last = seen.after + seen.tail
    ends = last >= len(text.tokens) or _ends(last - 1, text)
    return ends and starts_clause(seen, text)


def beside(seen: Placed, text: Normalised, words: frozenset[str]) -> bool:
    """Return whether one of `words` follows the name, nothing between."""
    after = seen.after + seen.tail
    if after >= len(text.tokens) or apart(after - 1, text):
        return False
    return text.tokens[after].folded in words


def near(seen: Placed, text: Normalised) -> set[str]:
    """Return the words around the name, as far as the clause goes on either side."""
    tokens = text.tokens
    first, last = seen.first, seen.after - 1
    while first > max(0, seen.first - _NEAR) and not apart(first - 1, text):
        first -= 1
    stop = min(len(tokens) - 1, last + _NEAR)
    while last < stop and not apart(last, text):
        last += 1
    return {token.folded for token in tokens[first : last + 1]}


def _ends(index: int, text: Normalised) -> bool:
    """Return whether word `index` ends a clause, however short it is: "Шу. Бабушка"."""
    gap = text.text[text.tokens[index].end : text.tokens[index + 1].start]
    return not (_PARTS.isdisjoint(gap) and _STOPS.isdisjoint(gap))
