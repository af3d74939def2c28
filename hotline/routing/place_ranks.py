"""How much the words around a place say that the child is there."""

from typing import Final

from hotline.language.normalise import Normalised, Token
from hotline.routing import place_forms
from hotline.routing.gazetteer import Gazetteer
from hotline.routing.place_qualifiers import Seen

LIVES: Final = 3  # "живём в Таразе"
THERE: Final = 2  # "Таразда", "в Таразе"
NAMED: Final = 1  # "Тараз Төле би 5"
TOUCHED: Final = 0  # "из Тараза", "до Тараза"
GONE: Final = -1  # "уехали из Тараза"

_IN: Final = frozenset({"в", "во", "на", "под", "возле", "близ"})
_FROM: Final = frozenset({"из", "с", "со", "от", "около", "изпод"})
_TO: Final = frozenset({"до", "к", "ко"})
_ENGLISH: Final = {"in": "in", "near": "in", "from": "from", "to": "to"}
_PARTS: Final = frozenset(",;()[]\n")
_STOPS: Final = frozenset(".!?…:")
_ABBREVIATION: Final = 4  # letters; a stop after a shorter word ends no sentence
_NEAR: Final = 4  # words between a place and the verb that says who is there
_AROUND: Final = 7  # words before a place among which its subject stands
_CASE_RANK: Final = {
    place_forms.LOCATIVE: THERE,
    place_forms.ABLATIVE: TOUCHED,
    place_forms.DATIVE: TOUCHED,
    place_forms.ADJECTIVE: TOUCHED,
    place_forms.FROM_HERE: LIVES,
}


def rank(seen: Seen, text: Normalised, preposition: str, gazetteer: Gazetteer) -> int:
    """Return one of LIVES, THERE, NAMED, TOUCHED, GONE for the name seen."""
    words = gazetteer.words
    case = seen.tail_case or seen.form.case
    if seen.kind and case == place_forms.ADJECTIVE:
        case = place_forms.OBLIQUE  # "в Павлодарской области" is a place like any other
    found = _case_rank(case, preposition, text.tokens[seen.first].folded)
    near = _near(seen, text)
    away = preposition == "from" or case == place_forms.ABLATIVE
    if found >= TOUCHED and near & words.away:
        return GONE
    if _is_of_another(seen, text, gazetteer):
        return GONE if near & words.elsewhere else TOUCHED
    if found == NAMED and near & words.registered:
        return TOUCHED
    if found == NAMED and (stands_alone(seen, text) or beside(seen, text, words.vicinity)):
        return THERE
    if found == THERE and near & words.residence:
        return LIVES
    if found == TOUCHED:
        return (
            LIVES
            if away and _writes_from(near, gazetteer)
            else _moved(away, near, gazetteer)
        )
    return found


def preposition_of(seen: Seen, tokens: tuple[Token, ...]) -> str:
    """Return "in", "from" or "to" for the word before the name, "" for any other."""
    left = seen.first - seen.before - 1
    if left < 0:
        return ""
    word = tokens[left].folded
    if tokens[left].surface.isascii() and tokens[left].surface.lower() in _ENGLISH:
        return _ENGLISH[tokens[left].surface.lower()]
    if word in _IN:
        return "in"
    if word in _FROM:
        return "from"
    return "to" if word in _TO else ""


def apart(index: int, text: Normalised) -> bool:
    """Return whether a comma, a bracket or a stop parts word `index` from the next."""
    token = text.tokens[index]
    gap = text.text[token.end : text.tokens[index + 1].start]
    if gap == " ":
        return False
    if not _PARTS.isdisjoint(gap):
        return True
    return len(token.surface) > _ABBREVIATION and not _STOPS.isdisjoint(gap)


def starts_clause(seen: Seen, text: Normalised) -> bool:
    """Return whether nothing stands before the name in its clause."""
    first = seen.first - seen.before
    return first == 0 or apart(first - 1, text)


def stands_alone(seen: Seen, text: Normalised) -> bool:
    """Return whether the name is a clause of its own, as in an address or a heading."""
    last = seen.after + seen.tail
    ends = last >= len(text.tokens) or _ends(last - 1, text)
    return ends and starts_clause(seen, text)


def beside(seen: Seen, text: Normalised, words: frozenset[str]) -> bool:
    """Return whether one of `words` follows the name, nothing between."""
    after = seen.after + seen.tail
    if after >= len(text.tokens) or apart(after - 1, text):
        return False
    return text.tokens[after].folded in words


def _ends(index: int, text: Normalised) -> bool:
    """Return whether word `index` ends a clause, however short it is: "Шу. Бабушка"."""
    gap = text.text[text.tokens[index].end : text.tokens[index + 1].start]
    return not (_PARTS.isdisjoint(gap) and _STOPS.isdisjoint(gap))


def _near(seen: Seen, text: Normalised) -> set[str]:
    """Return the words around the name, as far as the clause goes on either side."""
    tokens = text.tokens
    first, last = seen.first, seen.after - 1
    while first > max(0, seen.first - _NEAR) and not apart(first - 1, text):
        first -= 1
    stop = min(len(tokens) - 1, last + _NEAR)
    while last < stop and not apart(last, text):
        last += 1
    return {token.folded for token in tokens[first : last + 1]}


def _is_of_another(seen: Seen, text: Normalised, gazetteer: Gazetteer) -> bool:
    """Return whether the clause is about a relative elsewhere: "отец в Атырау"."""
    words = gazetteer.words
    first = seen.first
    while first > max(0, seen.first - _AROUND) and not apart(first - 1, text):
        first -= 1
    clause = {token.folded for token in text.tokens[first : seen.first]}
    return bool(clause & words.relatives) and not clause & words.ours


def _writes_from(near: set[str], gazetteer: Gazetteer) -> bool:
    return bool(near & gazetteer.words.writes) and not near & gazetteer.words.left_from


def _case_rank(case: str, preposition: str, word: str) -> int:
    if preposition == "in" and case != place_forms.ADJECTIVE:
        toward = case == place_forms.OBLIQUE and word.endswith(("у", "ю"))
        return TOUCHED if toward else THERE
    if preposition:
        return TOUCHED
    return _CASE_RANK.get(case, NAMED)


def _moved(away: bool, near: set[str], gazetteer: Gazetteer) -> int:
    """Return how much "from" and "to" say: who was taken to a place is there."""
    words = gazetteer.words
    if away:
        return GONE if near & words.left_from else TOUCHED
    if near & words.taken:
        return THERE
    return GONE if near & words.left else TOUCHED
