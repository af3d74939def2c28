"""How much the words around a place say that the child is there."""

from typing import Final

from hotline.language.normalise import Normalised, Token
from hotline.routing import place_forms
from hotline.routing.gazetteer import Gazetteer, Words
from hotline.routing.place_clauses import apart, beside, near, stands_alone
from hotline.routing.place_qualifiers import Seen

LIVES: Final = 3  # "живём в Таразе", "Тараз, мектеп 5"
THERE: Final = 2  # "Таразда", "в Таразе", "мы из Тараза"
NAMED: Final = 1  # "Тараз Төле би 5"
TOUCHED: Final = 0  # "из Тараза", "до Тараза"
GONE: Final = -1  # "уехали из Тараза"

_IN: Final = frozenset({"в", "во", "на", "под", "возле", "близ"})
_FROM: Final = frozenset({"из", "с", "со", "от", "около", "изпод"})
_TO: Final = frozenset({"до", "к", "ко"})
_ENGLISH: Final = {"in": "in", "near": "in", "from": "from", "to": "to"}
_AROUND: Final = 7  # words before a place among which its subject stands
_CONSONANTS: Final = tuple("бвгджзклмнпрстфхцчшщ")
_CASE_RANK: Final = {
    place_forms.LOCATIVE: THERE,
    place_forms.ABLATIVE: TOUCHED,
    place_forms.DATIVE: TOUCHED,
    place_forms.ADJECTIVE: TOUCHED,
    place_forms.FROM_HERE: THERE,
}


def rank(seen: Seen, text: Normalised, preposition: str, gazetteer: Gazetteer) -> int:
    """Return one of LIVES, THERE, NAMED, TOUCHED, GONE for the name seen."""
    words = gazetteer.words
    case = seen.tail_case or seen.form.case
    if seen.kind and case == place_forms.ADJECTIVE:
        case = place_forms.OBLIQUE  # "в Павлодарской области" is a place like any other
    found = _case_rank(case, preposition, text.tokens[seen.first].folded)
    around = near(seen, text)
    away = preposition == "from" or case == place_forms.ABLATIVE
    if found >= TOUCHED and around & words.away:
        return GONE
    if found == NAMED:
        return _named(seen, text, around, gazetteer)
    if _is_of_another(seen, text, gazetteer):
        return GONE if away or around & words.elsewhere else TOUCHED
    if found == TOUCHED:
        return _moved(away, around, words)
    if around & words.registered:
        return TOUCHED
    return LIVES if around & words.residence else THERE


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


def _named(seen: Seen, text: Normalised, around: set[str], gazetteer: Gazetteer) -> int:
    """Return what a bare name says: an address, a paper, or no more than the name."""
    words = gazetteer.words
    if around & words.registered:
        return TOUCHED
    if stands_alone(seen, text) or beside(seen, text, words.vicinity):
        return LIVES
    return NAMED


def _is_of_another(seen: Seen, text: Normalised, gazetteer: Gazetteer) -> bool:
    """Return whether the clause is about a relative elsewhere: "отец в Атырау"."""
    words = gazetteer.words
    first = seen.first
    while first > max(0, seen.first - _AROUND) and not apart(first - 1, text):
        first -= 1
    clause = {token.folded for token in text.tokens[first : seen.first]}
    return bool(clause & words.relatives) and not clause & words.ours


def _case_rank(case: str, preposition: str, word: str) -> int:
    if preposition == "in" and case != place_forms.ADJECTIVE:
        # "в Сайрам" is where to, "в Сайраме" is where; "в Алматы" is either, so where
        toward = case == place_forms.OBLIQUE and word.endswith(("у", "ю"))
        toward = toward or (case == place_forms.BARE and word.endswith(_CONSONANTS))
        return TOUCHED if toward else THERE
    if preposition:
        return TOUCHED
    return _CASE_RANK.get(case, NAMED)


def _moved(away: bool, around: set[str], words: Words) -> int:
    """Return how much "from" and "to" say: who has come or was taken is there."""
    if away:
        if around & words.left_from:
            return GONE
        return THERE if around & words.writes else TOUCHED
    if around & words.arrived:
        return LIVES
    if around & words.taken:
        return THERE
    if not around & words.left:
        return TOUCHED
    return THERE if around & words.children else GONE  # where the child went, it is now
