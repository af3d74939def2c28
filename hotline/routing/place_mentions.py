"""Where a text names places: what each name may stand for, and whether the child is there."""

from typing import NamedTuple

from hotline.language.normalise import Normalised
from hotline.routing.gazetteer import Gazetteer
from hotline.routing.place_guards import guard_met, is_denied, is_street, is_word
from hotline.routing.place_names import Ref
from hotline.routing.place_qualifiers import FOREIGN, Seen, with_qualifier
from hotline.routing.place_ranks import GONE, preposition_of, rank
from hotline.routing.place_spelling import name_at, with_villages

_LEVELS = {
    "rayon": frozenset({"rayon", "city_district"}),
    "oblast": frozenset({"oblast"}),
    "town": frozenset({"town"}),
    "village": frozenset({"town", "village"}),
}


class Mention(NamedTuple):
    """One name in the text. `refs`: what it may stand for; `rank`: is the child there."""

    refs: tuple[Ref, ...]
    rank: int
    rule: str
    first: int
    last: int  # exclusive, in tokens, the qualifier included
    span: tuple[int, int]
    usual: str | None = None  # the region meant when nothing beside it says otherwise

    @property
    def regions(self) -> frozenset[str]:
        """Return the regions that the name may stand for."""
        return frozenset(ref.region for ref in self.refs)


def find_mentions(text: Normalised, gazetteer: Gazetteer) -> list[Mention]:
    """Return the places that the text names, without streets, people and denied ones."""
    starts = {s.first for s in text.sentences if s.last > s.first + 1}
    found: list[Mention] = []
    index, free_from = 0, 0
    while index < len(text.tokens):
        seen = name_at(index, text, gazetteer, starts)
        if seen is None:
            index += 1
            continue
        seen = with_villages(with_qualifier(seen, text, free_from), text, gazetteer)
        mention = _mention(seen, text, gazetteer, starts)
        index = seen.after + seen.tail
        if mention is not None:
            found.append(mention)
            free_from = index
    return found


def _mention(
    seen: Seen, text: Normalised, gazetteer: Gazetteer, starts: set[int]
) -> Mention | None:
    preposition = preposition_of(seen, text.tokens)
    if _is_none(seen, text, gazetteer, starts):
        return None
    doubtful = bool(seen.form.needs) and not seen.kind
    if doubtful and guard_met(seen, text, preposition, gazetteer, starts):
        doubtful = False
    elif doubtful and not _may_be(seen, text):
        return None
    refs, rule, sure = _narrowed(seen)
    if not refs:
        return None
    first, last = seen.first - seen.before, seen.after + seen.tail
    span = (text.tokens[seen.first].start, text.tokens[last - 1].end)
    if doubtful or not sure:
        return Mention(refs, GONE, "doubtful_name", first, last, span)
    found = rank(seen, text, preposition, gazetteer)
    return Mention(refs, found, rule, first, last, span, seen.form.default)


def _is_none(seen: Seen, text: Normalised, gazetteer: Gazetteer, starts: set[int]) -> bool:
    """Return whether the name is denied, or without its qualifier a street or a word."""
    if is_denied(seen, text, gazetteer):
        return True
    if seen.kind:
        return False
    return is_street(seen, text, gazetteer) or is_word(seen, text, gazetteer, starts)


def _may_be(seen: Seen, text: Normalised) -> bool:
    """Return whether a person should be asked about a name whose guard was not met."""
    return "locative" in seen.form.needs and text.tokens[seen.first].surface[:1].isupper()


def _narrowed(seen: Seen) -> tuple[tuple[Ref, ...], str, bool]:
    """Return what the name may stand for, the rule's name, and whether it may decide."""
    form = seen.form
    if seen.kind == FOREIGN:
        return (), "", False
    if seen.kind:
        fitting = tuple(ref for ref in form.refs if ref.level in _LEVELS[seen.kind])
        if fitting:
            sure = seen.kind not in {"town", "village"} or not form.common
            return fitting, f"{seen.kind}_named", sure
        if seen.kind == "village":  # "Шу ауылы" may be any village of that name
            return form.refs, "doubtful_name", False
    return _unqualified(seen)


def _unqualified(seen: Seen) -> tuple[tuple[Ref, ...], str, bool]:
    """Return the same for a name without a word that says what kind of place it is."""
    form = seen.form
    alone = tuple(ref for ref in form.refs if ref.alone)
    parts = tuple(ref for ref in form.refs if ref.level == "city_district")
    if seen.kind == "rayon" and not parts:  # known here only as the town it is named after
        return alone, "rayon_of_town", not form.common
    rule = "one_letter_off" if seen.guessed else "name_alone"
    if not alone:
        districts = tuple(ref for ref in form.refs if ref.level != "oblast")
        return districts if parts else (), rule, False
    if form.default is None and not form.needs:
        alone = tuple(dict.fromkeys((*alone, *parts)))
    return alone, rule, not form.common
