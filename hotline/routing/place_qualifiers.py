"""The words that say what kind of place a name is: облысы, ауданы, город, село."""

from dataclasses import dataclass
from typing import Final

from hotline.language.normalise import Normalised, Token
from hotline.routing import place_forms
from hotline.routing.place_clauses import apart
from hotline.routing.place_names import Form

FOREIGN: Final = "foreign"  # "Алтайский край" is not ours
_AFTER_STEMS: Final = (  # after the name: Kazakh; Russian oblast and rayon; English
    ("oblast", ("облис", "област", "обл")),
    ("rayon", ("аудани", "аудан", "раион", "ауд", "рн")),
    ("village", ("ауили", "ауил", "кенти", "поселкеси", "селоси", "село", "селе",
                 "поселок", "аул", "аули", "селск")),
    ("town", ("каласи", "кала", "город", "городе", "горо")),
    (FOREIGN, ("краи", "крае", "края")),
)  # fmt: skip
_BEFORE: Final = {  # before the name: Russian
    **dict.fromkeys(("област", "области", "областю", "обл", "облиси"), "oblast"),
    **dict.fromkeys(("раион", "раионе", "раиона", "раиону"), "rayon"),
    **dict.fromkeys(("город", "городе", "города", "городу", "г", "гор"), "town"),
    **dict.fromkeys(
        ("село", "селе", "села", "с", "поселок", "поселке", "поселка", "пос", "п", "аул",
         "ауле", "аула", "ауили", "станция", "станции", "деревня", "деревне"),
        "village",
    ),
}  # fmt: skip
_ENGLISH: Final = {
    "region": "oblast", "oblast": "oblast", "district": "rayon", "city": "town",
    "town": "town", "village": "village",
}  # fmt: skip
_QUALIFIER_CASES: Final = (
    (("да", "де", "даги", "деги", "та", "те"), place_forms.LOCATIVE),
    (("дан", "ден", "тан", "тен", "нан", "нен"), place_forms.ABLATIVE),
    (("га", "ге", "ка", "ке", "на", "не"), place_forms.DATIVE),
)
_SHORT: Final = 3  # letters; a shorter stem is an abbreviation and must be the whole word
_NO_QUALIFIER: Final = ("калаи", "калап")  # қалай, қалап
_STRONGER_AFTER: Final = frozenset({"oblast", "rayon"})


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
    guessed: bool = False  # read through a slip of the pen


def with_qualifier(seen: Seen, text: Normalised, free_from: int) -> Seen:
    """Add the word that says what kind of place it is.

    One before wins over one after, but "с. Целиноградского р-на" is a village of a rayon.
    """
    if seen.kind:  # joined to the name: "таразқаласы"
        return seen
    tokens, bare = text.tokens, seen.form.case not in place_forms.KAZAKH_CASES
    kind, width = _kind_before(seen, tokens, free_from)
    if bare and seen.after < len(tokens) and not apart(seen.after - 1, text):
        _qualifier_after(seen, tokens)
    if kind and not (seen.kind in _STRONGER_AFTER and kind in {"town", "village"}):
        seen.kind, seen.before, seen.tail, seen.tail_case = kind, width, 0, ""
    return seen


def qualifier_of(word: str) -> tuple[str, str]:
    """Return the kind of place that a word after a name tells, and its case; "" if none."""
    if word.startswith(_NO_QUALIFIER):
        return "", ""
    for kind, stems in _AFTER_STEMS:
        for stem in stems:
            if word.startswith(stem) and (len(stem) > _SHORT or word == stem):
                return kind, _qualifier_case(word)
    return "", ""


def kind_before(word: str) -> str:
    """Return the kind of place that a word before a name tells; "" if none."""
    return _BEFORE.get(word, "")


def _kind_before(seen: Seen, tokens: tuple[Token, ...], free_from: int) -> tuple[str, int]:
    before = seen.first - 1
    if before < free_from:
        return "", 0
    word = tokens[before].folded
    if word in {"н", "не", "на", "ну"} and before > free_from:
        return ("rayon", 2) if tokens[before - 1].folded == "р" else ("", 0)
    kind = _BEFORE.get(word, "")
    if word == "с" and not _dotted(tokens, before):
        return "", 0
    return kind, 1 if kind else 0


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
    kind, case = qualifier_of(word)
    kind = kind or _ENGLISH.get(tokens[seen.after].surface.lower(), "")
    if kind:
        seen.kind, seen.tail, seen.tail_case = kind, 1, case


def _qualifier_case(word: str) -> str:
    for endings, case in _QUALIFIER_CASES:
        if word.endswith(endings):
            return case
    return ""
