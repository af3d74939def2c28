"""The words that say what kind of place a name is: облысы, ауданы, город, село."""

from dataclasses import dataclass
from typing import Final

from hotline.language.normalise import Token
from hotline.routing import place_forms
from hotline.routing.gazetteer import Form

# After the name (Kazakh, and Russian oblast and rayon); before the name (Russian).
_AFTER_STEMS: Final = (
    ("oblast", ("облис", "област", "обл")),
    ("rayon", ("аудани", "аудан", "раион", "ауд", "рн")),
    ("town", ("каласи", "кала", "ауили", "ауил", "кенти", "поселкеси", "селоси")),
)
_BEFORE: Final = {
    **dict.fromkeys(("област", "области", "областю", "обл", "облиси"), "oblast"),
    **dict.fromkeys(("раион", "раионе", "раиона", "раиону"), "rayon"),
    **dict.fromkeys(
        ("город", "городе", "города", "городу", "г", "гор", "село", "селе", "села", "с",
         "поселок", "поселке", "поселка", "пос", "п", "аул", "ауле", "станция", "станции"),
        "town",
    ),
}  # fmt: skip
_QUALIFIER_CASES: Final = (
    (("да", "де", "даги", "деги", "та", "те"), place_forms.LOCATIVE),
    (("дан", "ден", "тан", "тен", "нан", "нен"), place_forms.ABLATIVE),
    (("га", "ге", "ка", "ке", "на", "не"), place_forms.DATIVE),
)
_SHORT: Final = 3  # letters; a shorter stem is an abbreviation and must be the whole word


@dataclass(slots=True)
class Seen:
    """One name found, before it is known whether it counts."""

    form: Form
    first: int
    after: int
    before: int  # tokens that belong to it on the left: the Russian qualifier
    kind: str = ""
    tail: int = 0  # tokens that belong to it on the right: the qualifier
    tail_case: str = ""


def with_qualifier(seen: Seen, tokens: tuple[Token, ...], free_from: int) -> Seen:
    """Add the word that says what kind of place it is: one before wins over one after."""
    before = seen.first - 1
    if before >= free_from:
        kind = _BEFORE.get(tokens[before].folded, "")
        if tokens[before].folded in {"н", "не", "на"} and before > free_from:
            kind = "rayon" if tokens[before - 1].folded == "р" else kind
            seen.before = 2 if kind else 0
        if kind and not (tokens[before].folded == "с" and not _dotted(tokens, before)):
            seen.kind, seen.before = kind, seen.before or 1
            return seen
        seen.before = 0
    if seen.after < len(tokens):
        _qualifier_after(seen, tokens)
    return seen


def _dotted(tokens: tuple[Token, ...], index: int) -> bool:
    """Return whether an abbreviation stands off from the next word: "с. Шонжы"."""
    return tokens[index + 1].start - tokens[index].end > 1


def _qualifier_after(seen: Seen, tokens: tuple[Token, ...]) -> None:
    word = tokens[seen.after].folded
    following = tokens[seen.after + 1].folded if seen.after + 1 < len(tokens) else ""
    if word == "р" and following in {"н", "на", "не", "ну", "ни"}:
        seen.kind, seen.tail = "rayon", 2
        return
    if tokens[seen.after].surface in {"қ", "Қ"}:
        seen.kind, seen.tail = "town", 1
        return
    for kind, stems in _AFTER_STEMS:
        for stem in stems:
            if word.startswith(stem) and (len(stem) > _SHORT or word == stem):
                seen.kind, seen.tail = kind, 1
                seen.tail_case = _qualifier_case(word)
                return


def _qualifier_case(word: str) -> str:
    for endings, case in _QUALIFIER_CASES:
        if word.endswith(endings):
            return case
    return ""
