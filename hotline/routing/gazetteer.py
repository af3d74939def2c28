"""The configured place names, written out in every form: one look-up a word."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from hotline.config.places import Places
from hotline.language.normalise import fold_phrase
from hotline.routing import place_forms
from hotline.routing.place_forms import BARE, kazakh_forms, russian_forms

Level = Literal["oblast", "rayon", "city_district", "town"]
_PREFERRED: Final = {BARE: 0, place_forms.LOCATIVE: 1, place_forms.ABLATIVE: 2}
_KATO_DIGITS: Final = 9


class Ref(NamedTuple):
    """One place that a name may stand for. `alone`: the name needs no qualifier."""

    region: str
    district: str | None
    level: Level
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """One folded form of a name: what it may stand for, its case, and what it needs."""

    refs: tuple[Ref, ...]
    case: str
    needs: frozenset[str]  # empty: it is a place wherever it stands
    default: str | None  # the region meant when nothing stands beside it
    common: bool  # many villages bear it: it never decides


class Words(NamedTuple):
    """Folded words that decide whether and how a name counts."""

    street_before: frozenset[str]
    street_after: frozenset[str]
    residence: frozenset[str]
    not_residence: frozenset[str]
    left: frozenset[str]
    left_from: frozenset[str]
    taken: frozenset[str]
    away: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Folded form -> places. Compiled once; read by every triage."""

    forms: dict[str, Form]
    longest: dict[str, int]  # first word of a longer name -> most words it may have
    regions: frozenset[str]
    districts: frozenset[str]
    part_of: dict[str, str]
    phones: dict[str, str]
    words: Words


class _Name(NamedTuple):
    text: str
    ref: Ref
    russian: bool
    kazakh: bool


def compile_gazetteer(places: Places) -> Gazetteer:
    """Return every form of every name of `places`, folded, ready for look-up."""
    found: dict[str, list[tuple[Ref, str, str]]] = {}
    for name in _names(places):
        base = " ".join(fold_phrase(name.text))
        for form, case in _forms(name):
            found.setdefault(form, []).append((name.ref, case, base))
    needs: dict[str, frozenset[str]] = {
        " ".join(fold_phrase(name)): frozenset(guard.needs)
        for guard in places.words.guards
        for name in guard.names
    }
    defaults = {" ".join(fold_phrase(d.name)): d.region for d in places.words.defaults}
    common = frozenset(" ".join(fold_phrase(name)) for name in places.words.common)
    forms = {
        form: _form(hits, needs, defaults, common) for form, hits in found.items() if form
    }
    longest: dict[str, int] = {}
    for form in forms:
        first, *rest = form.split(" ")
        if rest:
            longest[first] = max(longest.get(first, 0), 1 + len(rest))
    return Gazetteer(
        forms=forms,
        longest=longest,
        regions=frozenset(region.code for region in places.regions),
        districts=frozenset(d.kato for d in places.districts if d.kato),
        part_of={r.code: r.part_of for r in places.regions if r.part_of},
        phones={prefix: r.code for r in places.regions for prefix in r.phones},
        words=_words(places),
    )


def name_problems(places: Places) -> list[str]:
    """Return the names of several regions that `places.yaml` neither decides nor lists."""
    regions_of: dict[str, set[str]] = {}
    spelt: dict[str, str] = {}
    for name in _names(places):
        base = " ".join(fold_phrase(name.text))
        spelt.setdefault(base, name.text)
        if name.ref.level != "oblast" and name.ref.alone:
            regions_of.setdefault(base, set()).add(name.ref.region)
    settled = {" ".join(fold_phrase(d.name)) for d in places.words.defaults}
    settled |= {" ".join(fold_phrase(name)) for name in places.words.ambiguous}
    return [
        f"places.yaml: key `ambiguous`: {spelt[base]} is a name in "
        f"{', '.join(sorted(regions))}; list it here, or give its region under `defaults`"
        for base, regions in sorted(regions_of.items())
        if len(regions) > 1 and base not in settled
    ]


def region_of(code: str, gazetteer: Gazetteer) -> tuple[str, str | None] | None:
    """Return region and district of a KATO code or prefix; None when it is none."""
    digits = code.strip()
    if not (digits.isascii() and digits.isdigit()) or digits[:2] not in gazetteer.regions:
        return None
    if len(digits) not in {2, _KATO_DIGITS}:
        return None
    return digits[:2], digits if digits in gazetteer.districts else None


def _forms(name: _Name) -> Iterator[tuple[str, str]]:
    if name.kazakh:
        yield from kazakh_forms(name.text)
    if name.russian:
        yield from russian_forms(name.text)


def _form(
    hits: list[tuple[Ref, str, str]],
    needs: dict[str, frozenset[str]],
    defaults: dict[str, str],
    common: frozenset[str],
) -> Form:
    guard: frozenset[str] = frozenset()
    default = None
    for _, _, base in hits:
        guard = guard or needs.get(base, guard)
        default = default or defaults.get(base)
    return Form(
        refs=tuple(dict.fromkeys(ref for ref, _, _ in hits)),
        case=min((case for _, case, _ in hits), key=lambda case: _PREFERRED.get(case, 3)),
        needs=guard,
        default=default,
        common=any(base in common for _, _, base in hits),
    )


def _names(places: Places) -> Iterator[_Name]:
    yield from _region_names(places)
    cities = {}
    for district in places.districts:
        level: Level = "town" if district.kind == "city" else district.kind
        if district.kind == "city":
            cities[district.region, district.kk] = district.kato
        ref = Ref(district.region, district.kato, level)
        for spelling in _spellings(district.kk, district.ru, district.en, *district.names):
            adjective = place_forms.is_adjective(spelling) and district.kind != "city"
            quiet = adjective or district.kind == "city_district"
            yield _name(spelling, district.kk, ref._replace(alone=not quiet))
    for town in places.towns:
        if town.region is None:
            continue
        ref = Ref(town.region, cities.get((town.region, town.kk)), "town")
        for spelling in _spellings(town.kk, town.ru, town.en, *town.names):
            yield _name(spelling, town.kk, ref)


def _region_names(places: Places) -> Iterator[_Name]:
    for region in places.regions:
        ref = Ref(region.code, None, "oblast" if region.kind == "oblast" else "town")
        for said in region.said:
            yield _Name(said, ref, russian=True, kazakh=True)
        level_alone = region.kind == "city"
        yield _Name(region.adjective, ref, russian=True, kazakh=False)
        for name in region.with_oblast:
            yield _Name(name, ref._replace(alone=level_alone), russian=True, kazakh=True)


def _name(spelling: str, kazakh_name: str, ref: Ref) -> _Name:
    # A Kazakh name that Russian spells otherwise (Орал, Уральск) takes no Russian endings:
    # "орала" is what somebody did, "уральска" is a town.
    own_letters = any(letter in "әғқңөұүһі" for letter in spelling.lower())
    adjective = place_forms.is_adjective(spelling)
    russian = not own_letters and not spelling.isascii() and spelling not in _KAZAKH_ONLY
    return _Name(
        spelling, ref, russian=russian, kazakh=not adjective or spelling == kazakh_name
    )


_KAZAKH_ONLY: Final = frozenset({"Орал", "Шет", "Май"})


def _spellings(*names: str) -> Iterable[str]:
    """Return each spelling once; "Алма-Ата" is also written "Алмаата"."""
    joined = [name.replace("-", "") for name in names if "-" in name]
    return dict.fromkeys(name for name in (*names, *joined) if name)


def _words(places: Places) -> Words:
    lists = places.words
    return Words(
        *(
            frozenset(" ".join(fold_phrase(word)) for word in words)
            for words in (
                lists.street_before,
                lists.street_after,
                lists.residence,
                lists.not_residence,
                lists.left,
                lists.left_from,
                lists.taken,
                lists.away,
            )
        )
    )
