"""How names of places are inflected: closed lists, so that "келесі" is never Келес.

The forms are written out and folded when the gazetteer is compiled; finding one in a text
is then a single look-up.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

from hotline.language.normalise import fold_phrase

BARE: Final = "bare"
LOCATIVE: Final = "locative"
ABLATIVE: Final = "ablative"
DATIVE: Final = "dative"
GENITIVE: Final = "genitive"
OTHER: Final = "other"  # accusative and the like: says nothing about where
ADJECTIVE: Final = "adjective"  # "алматинский вокзал" may stand anywhere
OBLIQUE: Final = "oblique"  # Russian: the preposition before it decides
FROM_HERE: Final = "from_here"  # "Тараздамын", "Тараздықпыз": the writer is of the place
KAZAKH_CASES: Final = frozenset({LOCATIVE, ABLATIVE, DATIVE, GENITIVE, OTHER, FROM_HERE})
IN_IT: Final = frozenset({LOCATIVE, FROM_HERE})

KAZAKH_ENDINGS: Final = {
    LOCATIVE: ("да", "де", "та", "те", "дағы", "дегі", "тағы", "тегі"),
    ABLATIVE: ("дан", "ден", "тан", "тен", "нан", "нен"),
    FROM_HERE: ("дамын", "демін", "тамын", "темін", "дамыз", "деміз", "тамыз", "теміз",
                "данмын", "денмін", "танмын", "тенмін", "нанмын", "ненмін",
                "данмыз", "денміз", "танмыз", "тенміз", "нанмыз", "ненміз",
                "данбыз", "денбіз", "танбыз", "тенбіз", "нанбыз", "ненбіз",
                "мын", "мін", "мыз", "міз", "бын", "бін", "быз", "біз", "пын", "пін",
                "пыз", "піз", "дықпын", "дікпін", "дықпыз", "дікпіз", "тықпын", "тікпін",
                "тықпыз", "тікпіз", "лықпын", "лікпін", "лықпыз", "лікпіз",
                "дікі", "тікі", "нікі"),
    DATIVE: ("ға", "ге", "қа", "ке"),
    GENITIVE: ("ның", "нің", "дың", "дің", "тың", "тің"),
    OTHER: ("ны", "ні", "ды", "ді", "ты", "ті",
            "мен", "бен", "пен", "лық", "лік", "дық", "дік", "тық", "тік"),
}  # fmt: skip

_ADJECTIVE = ("ий", "ая", "ой", "ое", "ие", "ого", "ому", "им", "ом", "ую", "их", "ими")
_HARD_ADJECTIVE = (
    "ый",
    "ая",
    "ое",
    "ые",
    "ого",
    "ому",
    "ым",
    "ом",
    "ой",
    "ую",
    "ых",
    "ыми",
)
_RUSSIAN = (  # ending of the name, letters to cut, endings to add; the first that fits
    (("ский", "цкий"), 2, _ADJECTIVE),
    (("ская", "цкая"), 2, _ADJECTIVE),
    (("ный", "рый", "лый"), 2, _HARD_ADJECTIVE),
    (("ое", "овой", "ной", "вой"), 2, _HARD_ADJECTIVE),  # not "Жылыой": "жилье" is housing
    (("жье",), 1, ("е", "его", "ему", "ем")),
    (("ье",), 1, ("е", "я", "ю", "ем")),
    (("ия",), 1, ("я", "и", "ю", "ей")),
    (("а",), 1, ("а", "ы", "и", "е", "у", "ой")),
    (("я",), 1, ("я", "и", "е", "ю", "ей")),
    (("ь",), 1, ("ь", "и", "я", "ю", "е", "ем", "ью")),
    (("й",), 1, ("й", "я", "ю", "ем", "е")),
    (("во", "но"), 1, ("о", "а", "у", "е", "ом")),
    (tuple("бвгджзклмнпрстфхцчшщ"), 0, ("", "а", "у", "е", "ом")),
)  # fmt: skip


def kazakh_forms(name: str) -> Iterator[tuple[str, str]]:
    """Return each folded form of `name` with its case; the bare one comes first."""
    folded = _folded(name)
    yield folded, BARE
    stem = folded + "и" if name.endswith(("ск", "цк")) else folded  # "Шахтинскіде"
    yield from ((_joined(stem, ending), case) for ending, case in KAZAKH_FOLDED.items())
    if stem != folded:
        yield from ((folded + ending, case) for ending, case in _PLAIN_CASES)


def russian_forms(name: str) -> Iterator[tuple[str, str]]:
    """Return the folded Russian forms of `name`, its adjective included."""
    yield _folded(name), BARE
    for endings, cut, added in _RUSSIAN:
        if name.endswith(endings):
            stem = _folded(name[: len(name) - cut])
            case = ADJECTIVE if is_adjective(name) else OBLIQUE
            yield from ((_joined(stem, ending), case) for ending in _fold_all(added))
            break
    stem = _adjective_stem(name)
    if stem:
        folded = _folded(stem)
        yield from (
            (_joined(folded, ending), ADJECTIVE) for ending in _fold_all(_ADJECTIVE)
        )


def russian_stems(name: str) -> set[str]:
    """Return the folded stems that the forms of a Russian name are made of, and the name."""
    stems = {_folded(name)}
    for endings, cut, _ in _RUSSIAN:
        if name.endswith(endings):
            stems.add(_folded(name[: len(name) - cut]))
            break
    return stems


def is_adjective(name: str) -> bool:
    """Return whether a Russian name is itself an adjective (Абайский район)."""
    return name.endswith(("ский", "цкий", "ская", "цкая"))


def _adjective_stem(name: str) -> str:
    """Return the stem of "шымкентский", "уральская", "актауской", where there is one."""
    if name.endswith(("ск", "цк")):
        return name
    formed = name.endswith(tuple("бвдзлмнпрстфу")) and " " not in name
    return name + "ск" if formed else ""


def _joined(stem: str, ending: str) -> str:
    """Return what `fold` makes of stem + ending, without folding the whole again."""
    if stem and ending and stem[-1] == ending[0]:
        return stem + ending[1:]
    return stem + ending


def _folded(name: str) -> str:
    return " ".join(fold_phrase(name))


@cache
def _fold_all(endings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_folded(ending) for ending in endings))


KAZAKH_FOLDED: Final[dict[str, str]] = {
    _folded(ending): case
    for case, endings in reversed(KAZAKH_ENDINGS.items())
    for ending in endings
}
_PLAIN_CASES: Final = tuple(
    (ending, case) for ending, case in KAZAKH_FOLDED.items() if case in {LOCATIVE, ABLATIVE}
)
RUSSIAN_ENDINGS: Final = frozenset(
    _fold_all(
        ("а", "у", "е", "ы", "я", "ю", "о", "ом", "ем", *_ADJECTIVE, *_HARD_ADJECTIVE)
    )
)


def splits(word: str, least: int) -> Iterator[tuple[str, str]]:
    """Return every way to read `word` as a stem of `least` letters or more and an ending."""
    yield word, BARE
    for cut in range(1, min(_LONGEST_ENDING, len(word) - least) + 1):
        ending = word[-cut:]
        case = KAZAKH_FOLDED.get(ending)
        if case is not None:
            yield word[:-cut], case
            yield word[:-cut] + ending[0], case  # folding made one of two: Ақсуатта
        if ending in RUSSIAN_ENDINGS:
            yield word[:-cut], OBLIQUE


_LONGEST_ENDING: Final = max(map(len, KAZAKH_FOLDED))
