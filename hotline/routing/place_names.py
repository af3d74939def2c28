"""The spellings of every configured place, and what each may stand for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from hotline.config.places import Places
from hotline.routing import place_forms

Level = Literal["oblast", "rayon", "city_district", "town", "village", "landmark"]


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


class Name(NamedTuple):
    """One spelling of a place, and which language's endings it takes."""

    text: str
    ref: Ref
    russian: bool
    kazakh: bool
    like: str = ""  # the Kazakh name whose guard a spelling in Latin letters shares


def names_of(places: Places) -> Iterator[Name]:
    """Return every spelling of every place, with what it stands for."""
    yield from region_names(places)
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
    for marks in places.words.landmarks:
        for spelling in _spellings(*marks.names):
            yield _name(spelling, "", Ref(marks.region, None, "landmark"))


def region_names(places: Places) -> Iterator[Name]:
    """Return the names that are said with облысы / область, and those complete alone."""
    for region in places.regions:
        ref = Ref(region.code, None, "oblast" if region.kind == "oblast" else "town")
        for said in region.said:
            yield Name(said, ref, russian=True, kazakh=True)
        level_alone = region.kind == "city"
        yield Name(region.adjective, ref, russian=True, kazakh=False)
        for name in region.with_oblast:
            yield Name(name, ref._replace(alone=level_alone), russian=True, kazakh=True)


def _name(spelling: str, kazakh_name: str, ref: Ref) -> Name:
    # A Kazakh name that Russian spells otherwise (Орал, Уральск) takes no Russian endings:
    # "орала" is what somebody did, "уральска" is a town.
    own_letters = any(letter in "әғқңөұүһі" for letter in spelling.lower())
    adjective = place_forms.is_adjective(spelling)
    russian = not own_letters and not spelling.isascii() and spelling not in _KAZAKH_ONLY
    return Name(
        spelling,
        ref,
        russian=russian,
        kazakh=not adjective or spelling == kazakh_name,
        like=kazakh_name if spelling.isascii() else "",
    )


_KAZAKH_ONLY: Final = frozenset({"Орал", "Шет", "Май", "Самар", "Ойыл", "Шақан", "Жылыой"})


def _spellings(*names: str) -> Iterable[str]:
    """Return each spelling once; "Алма-Ата" is also written "Алмаата"."""
    joined = [name.replace("-", "") for name in names if "-" in name]
    return dict.fromkeys(name for name in (*names, *joined) if name)
