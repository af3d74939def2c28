"""When a name is no place: a street, a person, a denied place, an ordinary word."""

from collections.abc import Callable
from typing import Final

from hotline.language.normalise import Normalised
from hotline.routing import place_forms
from hotline.routing.gazetteer import Gazetteer
from hotline.routing.place_clauses import apart, beside, near, stands_alone, starts_clause
from hotline.routing.place_qualifiers import Seen

_NOT: Final = frozenset({"не", "ни", "кроме"})
_QUESTION: Final = frozenset({"ма", "ме", "ба", "бе", "па", "пе"})
_SMALL: Final = frozenset({"в", "во", "на", "под", "из", "с", "со", "от", "до", "к", "ко"})
_ALONG: Final = frozenset({"на", "по", "угол", "уг"})
_KAZAKH_LETTERS: Final = frozenset("әғқңөұүһі")
_KAZAKH_CASES: Final = frozenset(
    {place_forms.LOCATIVE, place_forms.ABLATIVE, place_forms.DATIVE, place_forms.GENITIVE,
     place_forms.FROM_HERE}
)  # fmt: skip
_SURNAME_GENITIVE: Final = ("ева", "ова", "ина", "бая", "бека", "сая")


def is_street(seen: Seen, text: Normalised, gazetteer: Gazetteer) -> bool:
    """Return whether the words beside it make it a street, a school's or a person's name."""
    tokens, words = text.tokens, gazetteer.words
    before = seen.first - 1
    if before >= 0 and tokens[before].folded in words.street_before:
        return not apart(before, text)
    if _along(seen, text):
        return True
    following = tokens[seen.after : seen.after + 2]
    if not following or apart(seen.after - 1, text):
        return False
    pair = " ".join(token.folded for token in following)
    return following[0].folded in words.street_after or pair in words.street_after


def is_denied(seen: Seen, text: Normalised, gazetteer: Gazetteer) -> bool:
    """Return whether the text says "not there": "не в Алматы", "Балқаш емес"."""
    tokens, words = text.tokens, gazetteer.words
    after = seen.after + seen.tail
    if beside(seen, text, words.vicinity):
        after += 1  # "Қордай жағы емес"
    if after < len(tokens) and tokens[after].folded in words.not_residence:
        return True
    left = seen.first - seen.before - 1
    if left >= 0 and tokens[left].folded in _SMALL:
        left -= 1
    if left > 0 and tokens[left].folded in words.residence:
        left -= 1
    return left >= 0 and _is_not(left, text) and not apart(left, text)


def _is_not(index: int, text: Normalised) -> bool:
    """Return whether the word is a Russian "not": neither "неё" nor the Kazakh "or"."""
    token = text.tokens[index]
    if token.folded not in _NOT or len(token.surface) != len(token.folded):
        return False
    return index == 0 or text.tokens[index - 1].folded not in _QUESTION


def is_word(seen: Seen, text: Normalised, gazetteer: Gazetteer, starts: set[int]) -> bool:
    """Return whether the name, spelt so, is an ordinary word: "жылы", "қарағанда"."""
    surface = text.tokens[seen.first].surface
    if surface.lower() not in gazetteer.words.ordinary:
        return False
    return not _capital(surface) or seen.first in starts


def guard_met(
    seen: Seen, text: Normalised, preposition: str, gazetteer: Gazetteer, starts: set[int]
) -> bool:
    """Return whether a name that is a word too is a place here."""
    surface = text.tokens[seen.first].surface
    case, capital = seen.form.case, _capital(surface)
    placed = preposition in {"in", "from"}
    met: dict[str, Callable[[], bool]] = {
        "case": lambda: placed or case in _KAZAKH_CASES,
        "locative": lambda: placed or case in place_forms.IN_IT,
        "placed": lambda: placed,
        "capital": lambda: capital and seen.first not in starts,
        "initial": lambda: starts_clause(seen, text),
        "kazakh": lambda: capital and is_kazakh(text),
        "isolated": lambda: stands_alone(seen, text),
        "heading": lambda: capital and stands_alone(seen, text),
        "inflected": lambda: case == place_forms.OBLIQUE,
        "vicinity": lambda: capital and beside(seen, text, gazetteer.words.vicinity),
        "lives": lambda: (
            capital
            and case in place_forms.IN_IT
            and not near(seen, text).isdisjoint(gazetteer.words.residence)
        ),
        "village": lambda: _is_village(seen, text, placed, gazetteer, starts),
        "surname": lambda: case in _KAZAKH_CASES or not _is_person(seen, text),
    }
    return any(need in met and met[need]() for need in seen.form.needs)


def _is_village(
    seen: Seen, text: Normalised, placed: bool, gazetteer: Gazetteer, starts: set[int]
) -> bool:
    """Return whether a name of the register is the village: half of them are words too."""
    if not _capital(text.tokens[seen.first].surface):
        return False
    if beside(seen, text, gazetteer.words.vicinity):
        return True
    located = placed or seen.form.case in place_forms.IN_IT
    return located and seen.first not in starts


def is_kazakh(text: Normalised) -> bool:
    """Return whether the text is written with Kazakh letters."""
    return not _KAZAKH_LETTERS.isdisjoint(text.text)


def _capital(surface: str) -> bool:
    return surface[:1].isupper() and not (surface.isupper() and len(surface) > 1)


def _along(seen: Seen, text: Normalised) -> bool:
    """Return whether a name in the genitive is a street: "на Сатпаева", "Абая 5"."""
    tokens = text.tokens
    if not tokens[seen.after - 1].surface.lower().endswith(_SURNAME_GENITIVE):
        return False
    if seen.first > 0 and tokens[seen.first - 1].folded in _ALONG:
        return True
    return seen.after < len(tokens) and tokens[seen.after].folded.isdigit()


def _is_person(seen: Seen, text: Normalised) -> bool:
    """Return whether a capital beside the surname makes it somebody's: "Қаныш Сәтбаев"."""
    tokens = text.tokens
    before, after = seen.first - 1, seen.after
    if before >= 0 and not apart(before, text):
        surface = tokens[before].surface
        starts = before == 0 or apart(before - 1, text)
        initial = len(surface) == 1 and tokens[before].folded not in _SMALL
        if _capital(surface) and (initial or not starts):
            return True
    return (
        after < len(tokens)
        and not apart(after - 1, text)
        and _capital(tokens[after].surface)
        and "." not in text.text[tokens[after - 1].end : tokens[after].start]
    )
