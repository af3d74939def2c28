"""Where a text names places: case, negation and traps, before anything is decided."""

from typing import Final, NamedTuple

from hotline.language.normalise import Normalised, Token
from hotline.routing import place_forms
from hotline.routing.gazetteer import Form, Gazetteer, Ref
from hotline.routing.place_qualifiers import Seen, with_qualifier

LIVES: Final = 3  # "живём в Таразе"
THERE: Final = 2  # "Таразда", "в Таразе"
NAMED: Final = 1  # "Тараз, Төле би 5"
TOUCHED: Final = 0  # "из Тараза", "до Тараза"
GONE: Final = -1  # "уехали из Тараза"

_IN: Final = frozenset({"в", "во", "на", "под"})
_FROM: Final = frozenset({"из", "с", "со", "от", "около"})
_TO: Final = frozenset({"до", "к", "ко"})
_NOT: Final = frozenset({"не", "ни", "кроме"})
_PARTS: Final = frozenset(",;\n")
_NEAR: Final = 4  # words between a place and the verb that says who is there
_KAZAKH_CASES: Final = frozenset(
    {place_forms.LOCATIVE, place_forms.ABLATIVE, place_forms.DATIVE, place_forms.GENITIVE}
)
_CASE_RANK: Final = {
    place_forms.LOCATIVE: THERE,
    place_forms.ABLATIVE: TOUCHED,
    place_forms.DATIVE: TOUCHED,
    place_forms.ADJECTIVE: TOUCHED,
}


class Mention(NamedTuple):
    """One name in the text. `refs`: what it may stand for; `rank`: is the child there."""

    refs: tuple[Ref, ...]
    rank: int
    rule: str
    first: int
    last: int  # exclusive, in tokens, the qualifier included
    span: tuple[int, int]

    @property
    def regions(self) -> frozenset[str]:
        """Return the regions that the name may stand for."""
        return frozenset(ref.region for ref in self.refs)


def find_mentions(text: Normalised, gazetteer: Gazetteer) -> list[Mention]:
    """Return the places that the text names, without streets, people and denied ones."""
    tokens = text.tokens
    forms, longest = gazetteer.forms, gazetteer.longest
    starts = {s.first for s in text.sentences if s.last > s.first + 1}
    found: list[Mention] = []
    index, free_from = 0, 0
    while index < len(tokens):
        word = tokens[index].folded
        width = _width(tokens, index, longest[word], forms) if word in longest else 0
        if not width and word in forms:
            width = 1
        if not width:
            index += 1
            continue
        form = forms[_key(tokens, index, width)]
        seen = with_qualifier(Seen(form, index, index + width, 0), tokens, free_from)
        mention = _mention(seen, text, gazetteer, starts)
        index = seen.after + seen.tail
        if mention is not None:
            found.append(mention)
            free_from = index
    return found


def _key(tokens: tuple[Token, ...], index: int, width: int) -> str:
    return " ".join(token.folded for token in tokens[index : index + width])


def _width(tokens: tuple[Token, ...], index: int, most: int, forms: dict[str, Form]) -> int:
    for width in range(min(most, len(tokens) - index), 1, -1):
        if _key(tokens, index, width) in forms:
            return width
    return 0


def _mention(
    seen: Seen, text: Normalised, gazetteer: Gazetteer, starts: set[int]
) -> Mention | None:
    tokens = text.tokens
    if not seen.kind and _is_street(seen, text, gazetteer):
        return None
    if _is_denied(seen, tokens, gazetteer):
        return None
    preposition = _preposition(seen, tokens)
    doubtful = False
    if (
        not seen.kind
        and seen.form.needs
        and not _guard_met(seen, tokens, preposition, starts)
    ):
        if not ("locative" in seen.form.needs and tokens[seen.first].surface[:1].isupper()):
            return None
        doubtful = True
    refs, rule, sure = _narrowed(seen)
    if not refs:
        return None
    last = seen.after + seen.tail
    span = (tokens[seen.first].start, tokens[last - 1].end)
    first = seen.first - seen.before
    if doubtful or not sure:
        return Mention(refs, GONE, "doubtful_name", first, last, span)
    return Mention(refs, _rank(seen, text, preposition, gazetteer), rule, first, last, span)


def _rank(seen: Seen, text: Normalised, preposition: str, gazetteer: Gazetteer) -> int:
    """Return how much the words around the name say that the child is there."""
    case = seen.tail_case or seen.form.case
    if seen.kind and case == place_forms.ADJECTIVE:
        case = place_forms.OBLIQUE  # "в Павлодарской области" is a place like any other
    rank = _case_rank(case, preposition, text.tokens[seen.first].folded)
    near = _near(seen, text)
    if rank == THERE and near & gazetteer.words.residence:
        rank = LIVES
    elif rank >= TOUCHED and near & gazetteer.words.away:
        rank = GONE
    elif rank == TOUCHED:
        rank = _moved(
            preposition == "from" or case == place_forms.ABLATIVE, near, gazetteer
        )
    return rank


def _near(seen: Seen, text: Normalised) -> set[str]:
    """Return the words around the name, as far as the next comma on either side."""
    tokens = text.tokens
    first, last = seen.first, seen.after - 1
    while first > max(0, seen.first - _NEAR) and not _apart(first - 1, text):
        first -= 1
    stop = min(len(tokens) - 1, last + _NEAR)
    while last < stop and not _apart(last, text):
        last += 1
    return {token.folded for token in tokens[first : last + 1]}


def _is_street(seen: Seen, text: Normalised, gazetteer: Gazetteer) -> bool:
    """Return whether a word beside it, no comma between, makes it a street or a person."""
    tokens, words = text.tokens, gazetteer.words
    before = seen.first - 1
    if before >= 0 and tokens[before].folded in words.street_before:
        return not _apart(before, text)
    following = tokens[seen.after : seen.after + 2]
    if not following or _apart(seen.after - 1, text):
        return False
    pair = " ".join(token.folded for token in following)
    return following[0].folded in words.street_after or pair in words.street_after


def _apart(index: int, text: Normalised) -> bool:
    """Return whether a comma or a new line parts word `index` from the next."""
    gap = text.text[text.tokens[index].end : text.tokens[index + 1].start]
    return not _PARTS.isdisjoint(gap)


def _is_denied(seen: Seen, tokens: tuple[Token, ...], gazetteer: Gazetteer) -> bool:
    """Return whether the text says "not there": "не в Алматы", "Балқаш емес"."""
    after = seen.after + seen.tail
    if after < len(tokens) and tokens[after].folded in gazetteer.words.not_residence:
        return True
    left = seen.first - seen.before
    words = [token.folded for token in tokens[max(0, left - 3) : left]]
    if words and words[-1] in _IN | _FROM | _TO:
        words.pop()
    if not words:
        return False
    if words[-1] in _NOT:
        return True
    return len(words) > 1 and words[-2] in _NOT and words[-1] in gazetteer.words.residence


def _preposition(seen: Seen, tokens: tuple[Token, ...]) -> str:
    left = seen.first - seen.before - 1
    word = tokens[left].folded if left >= 0 else ""
    if word in _IN:
        return "in"
    if word in _FROM:
        return "from"
    return "to" if word in _TO else ""


def _guard_met(
    seen: Seen, tokens: tuple[Token, ...], preposition: str, starts: set[int]
) -> bool:
    """Return whether a name that is a word too is a place here."""
    needs, case = seen.form.needs, seen.form.case
    placed = preposition in {"in", "from"}
    kazakh = case in _KAZAKH_CASES
    if "case" in needs and (placed or kazakh):
        return True
    if "locative" in needs and (placed or case == place_forms.LOCATIVE):
        return True
    surface = tokens[seen.first].surface
    capital = surface[:1].isupper() and not surface.isupper() and seen.first not in starts
    return "capital" in needs and capital


def _narrowed(seen: Seen) -> tuple[tuple[Ref, ...], str, bool]:
    """Return what the name may stand for, the rule's name, and whether it may decide."""
    form = seen.form
    if seen.kind:
        wanted = {"rayon", "city_district"} if seen.kind == "rayon" else {seen.kind}
        fitting = tuple(ref for ref in form.refs if ref.level in wanted)
        sure = seen.kind != "town" or not form.common
        if fitting:
            return fitting, f"{seen.kind}_named", sure
        if seen.kind == "rayon":  # a rayon whose name is known here only as a town's
            return (), "", False
    alone = tuple(ref for ref in form.refs if ref.alone)
    if form.default is not None:
        alone = tuple(ref for ref in alone if ref.region == form.default)
    if alone:
        return alone, "name_alone", not form.common
    districts = tuple(ref for ref in form.refs if ref.level == "city_district")
    return districts, "name_alone", False


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
