"""Finding a configured name at a word, however it was typed: joined, split, misspelt."""

import re
from dataclasses import replace
from typing import Final

from hotline.language.normalise import Normalised, Token
from hotline.routing import place_forms
from hotline.routing.gazetteer import SLIP_LEAST, Gazetteer
from hotline.routing.place_names import Form
from hotline.routing.place_qualifiers import Seen, kind_before, qualifier_of
from hotline.routing.place_villages import village_form

_JOINED: Final = re.compile(r"(.{3,}?)((?:облис|област|аудан|раион|каласи|ауили).*)")
_JOINED_LEAST: Final = 8
_SPLIT_LEAST: Final = 8
_ABBREVIATED_LEAST: Final = 3
_IN_JOINED: Final = 6  # letters after a "в" written together with its name
_PLACED: Final = frozenset({"в", "во", "из", "под", "город", "городе", "г"})


def name_at(
    index: int, text: Normalised, gazetteer: Gazetteer, starts: set[int]
) -> Seen | None:
    """Return the name that begins at word `index`, the longest one; None when there is none."""
    tokens, forms, longest = text.tokens, gazetteer.forms, gazetteer.longest
    word = tokens[index].folded
    width = _width(tokens, index, longest[word], forms) if word in longest else 0
    if width:
        return Seen(forms[_key(tokens, index, width)], index, index + width, 0)
    if word in forms:
        return Seen(forms[word], index, index + 1, 0)
    return (
        _village(index, text, gazetteer)
        or _split(index, text, forms)
        or _odd(index, text, gazetteer, starts)
    )


def with_villages(seen: Seen, text: Normalised, gazetteer: Gazetteer) -> Seen:
    """Add the register's villages of the name: "Абай ауылы" is more than the town's name."""
    if seen.kind != "village" or gazetteer.villages is None:
        return seen
    form = village_form(_key(text.tokens, seen.first, seen.after - seen.first),
                        gazetteer.villages)  # fmt: skip
    if form is not None:
        kept = tuple(ref for ref in seen.form.refs if ref.level != "village")
        regions = {ref.region for ref in kept if ref.level == "town"}
        added = tuple(ref for ref in form.refs if ref.region not in regions)
        seen.form = replace(seen.form, refs=(*kept, *added))
    return seen


def _village(index: int, text: Normalised, gazetteer: Gazetteer) -> Seen | None:
    """Return a name of the official register, the longest, where a village may be named."""
    tokens, villages = text.tokens, gazetteer.villages
    if villages is None:
        return None
    most = min(villages.longest.get(tokens[index].folded, 1), len(tokens) - index)
    for width in range(most, 0, -1):
        after = index + width
        if not (tokens[index].surface[:1].isupper() or _qualified(index, after, tokens)):
            continue
        form = village_form(_key(tokens, index, width), villages)
        if form is not None:
            return Seen(form, index, after, 0)
    return None


def _qualified(first: int, after: int, tokens: tuple[Token, ...]) -> bool:
    before = tokens[first - 1].folded if first else ""
    following = tokens[after].folded if after < len(tokens) else ""
    return kind_before(before) == "village" or qualifier_of(following)[0] == "village"


def _key(tokens: tuple[Token, ...], index: int, width: int) -> str:
    return " ".join(token.folded for token in tokens[index : index + width])


def _width(tokens: tuple[Token, ...], index: int, most: int, forms: dict[str, Form]) -> int:
    for width in range(min(most, len(tokens) - index), 1, -1):
        if _key(tokens, index, width) in forms:
            return width
    return 0


def _split(index: int, text: Normalised, forms: dict[str, Form]) -> Seen | None:
    """Return a long name written as two words: "Талды Қорған", "Кзыл-Орда"."""
    tokens = text.tokens
    if index + 1 >= len(tokens) or tokens[index + 1].folded in forms:
        return None
    if tokens[index + 1].start - tokens[index].end != 1:
        return None
    whole = tokens[index].folded + tokens[index + 1].folded
    form = forms.get(whole) if len(whole) >= _SPLIT_LEAST else None
    if form is None or form.needs or form.case == place_forms.OTHER:
        return None
    if text.text[tokens[index].end] not in " -–":
        return None
    return Seen(form, index, index + 2, 0)


def _odd(
    index: int, text: Normalised, gazetteer: Gazetteer, starts: set[int]
) -> Seen | None:
    """Return a name joined to its qualifier or preposition, or with one slip in it."""
    word, forms = text.tokens[index].folded, gazetteer.forms
    following = text.tokens[index + 1].folded if index + 1 < len(text.tokens) else ""
    if following.startswith("обл") and len(word) >= _ABBREVIATED_LEAST:
        return _abbreviated(index, word, gazetteer)
    if len(word) < SLIP_LEAST:
        return None
    joined = _JOINED.fullmatch(word) if len(word) >= _JOINED_LEAST else None
    if joined is not None and joined[1] in forms:
        kind, case = qualifier_of(joined[2])
        return Seen(forms[joined[1]], index, index + 1, 0, kind=kind, tail_case=case)
    if word[0] == "в" and len(word) > _IN_JOINED and word[1:] in forms:
        form = forms[word[1:]]
        return None if form.needs else Seen(form, index, index + 1, 0)
    return _slipped(index, text, gazetteer, starts)


def _abbreviated(index: int, word: str, gazetteer: Gazetteer) -> Seen | None:
    """Return the oblast that the word begins: "Павлод. обл.", when only one does."""
    fitting = [key for key in gazetteer.oblasts if key.startswith(word)]
    regions = {ref.region for key in fitting for ref in gazetteer.forms[key].refs
               if ref.level == "oblast"}  # fmt: skip
    if len(regions) != 1:
        return None
    form = replace(gazetteer.forms[fitting[0]], case=place_forms.OBLIQUE)
    return Seen(form, index, index + 1, 0)


def _slipped(
    index: int, text: Normalised, gazetteer: Gazetteer, starts: set[int]
) -> Seen | None:
    """Return the longer name that the word is but for one letter, where a place may stand."""
    tokens = text.tokens
    word = tokens[index].folded
    capital = tokens[index].surface[:1].isupper() and index not in starts
    beside = {token.folded for token in tokens[max(0, index - 1) : index + 2]}
    placed = bool(beside & gazetteer.words.residence)
    placed = placed or (index > 0 and tokens[index - 1].folded in _PLACED)
    for stem, case in place_forms.splits(word, SLIP_LEAST - 1):
        told = case == place_forms.LOCATIVE and len(stem) >= SLIP_LEAST  # сатқанда is none
        if not (capital or placed or told):
            continue
        name = _within_one_slip(stem, gazetteer.slips)
        if name is not None:
            form = replace(gazetteer.forms[name], case=case)
            return Seen(form, index, index + 1, 0, guessed=True)
    return None


def _within_one_slip(stem: str, slips: dict[str, str]) -> str | None:
    for variant in (stem, *(stem[:cut] + stem[cut + 1 :] for cut in range(1, len(stem)))):
        name = slips.get(variant)
        if name is not None and name[0] == stem[0] and _one_slip(stem, name):
            return name
    return None


def _one_slip(word: str, name: str) -> bool:
    """Return whether one letter missing, added, changed or swapped makes the two equal."""
    for whole in (name, name[:-1]):
        if abs(len(word) - len(whole)) > 1 or len(whole) < SLIP_LEAST - 1:
            continue
        start = next(
            (at for at, (a, b) in enumerate(zip(word, whole, strict=False)) if a != b),
            min(len(word), len(whole)),
        )
        rest, other = word[start:], whole[start:]
        swapped = rest[:2][::-1] == other[:2] and rest[2:] == other[2:]
        if swapped or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]:
            return True
    return False
