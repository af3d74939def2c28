"""Villages of the official register: thousands of names, kept as stems and not as forms.

Written out in every form, as the towns are, they would take some hundred megabytes. A name
that stands for several regions is a candidate in each and decides nothing.
"""

from dataclasses import dataclass
from typing import Final

from hotline.config.kato import KatoPlace
from hotline.language.normalise import fold_phrase
from hotline.routing import place_forms
from hotline.routing.place_names import Form, Ref

NEEDS: Final = frozenset({"village"})
_LEAST: Final = 3  # letters of a stem


@dataclass(frozen=True, slots=True)
class Villages:
    """The register's names by stem. `longest`: first word -> most words of a name."""

    by_stem: dict[str, tuple[KatoPlace, ...]]
    longest: dict[str, int]


def compile_villages(places: tuple[KatoPlace, ...]) -> Villages:
    """Return the names ready for look-up."""
    by_stem: dict[str, tuple[KatoPlace, ...]] = {}
    longest: dict[str, int] = {}
    for place in places:
        kazakh = " ".join(fold_phrase(place.kk))
        for stem in {kazakh, *place_forms.russian_stems(place.ru)}:
            by_stem[stem] = (*by_stem.get(stem, ()), place)
            first, *rest = stem.split(" ")
            if rest:
                longest[first] = max(longest.get(first, 0), 1 + len(rest))
    return Villages(by_stem, longest)


def village_form(words: str, villages: Villages) -> Form | None:
    """Return what folded `words` may stand for in the register; None for nothing."""
    for stem, case in place_forms.splits(words, _LEAST):
        found = villages.by_stem.get(stem)
        fitting = [place for place in found or () if _fits(place, stem, case, words)]
        if fitting:
            return Form(_refs(fitting), case, NEEDS, None, common=False)
    return None


def _fits(place: KatoPlace, stem: str, case: str, words: str) -> bool:
    if case != place_forms.OBLIQUE and stem == " ".join(fold_phrase(place.kk)):
        return True
    return any(form == words for form, _ in place_forms.russian_forms(place.ru))


def _refs(places: list[KatoPlace]) -> tuple[Ref, ...]:
    """Return one reference a region; its district only when all lie in one."""
    districts: dict[str, set[str]] = {}
    for place in places:
        districts.setdefault(place.region, set()).add(place.district)
    return tuple(
        Ref(region, next(iter(codes)) if len(codes) == 1 else None, "village")
        for region, codes in districts.items()
    )
