"""Places as configuration: regions, districts, towns, and how names are told from words."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from hotline.config.kato import KatoPlaces, load_kato
from hotline.config.loading import Section, read

REGIONS_IN_ALL = 20
Need = Literal[
    "qualifier", "case", "locative", "placed", "capital", "initial", "kazakh", "isolated",
    "heading", "inflected", "vicinity", "lives", "surname",
]  # fmt: skip


class NamesIn3(Section, frozen=True):
    """One name in the three languages of the console."""

    kk: str
    ru: str
    en: str


class RegionPlace(Section, frozen=True):
    """An oblast or a city of republican significance; `code` is the KATO prefix."""

    code: str
    kind: Literal["oblast", "city"]
    name: NamesIn3
    centre: NamesIn3
    adjective: str
    said: tuple[str, ...] = ()
    with_oblast: tuple[str, ...] = ()
    part_of: str | None = None
    phones: tuple[str, ...] = ()


class DistrictPlace(Section, frozen=True):
    """A rayon, a city of oblast significance or a city's district."""

    region: str
    kind: Literal["rayon", "city", "city_district"]
    kk: str
    ru: str
    en: str
    kato: str | None = None
    names: tuple[str, ...] = ()
    note: str = ""


class TownPlace(Section, frozen=True):
    """A town or large village; without `region` it is known and decides nothing.

    `id` is the GeoNames number; what this project added has none.
    """

    kk: str
    ru: str
    en: str
    id: int | None = None
    region: str | None = None
    names: tuple[str, ...] = ()


class DefaultRegion(Section, frozen=True):
    """What a name of several regions stands for when it stands alone."""

    name: str
    region: str


class Guard(Section, frozen=True):
    """What names that are ordinary words too need beside them to be places."""

    names: tuple[str, ...]
    needs: tuple[Need, ...]


class Landmarks(Section, frozen=True):
    """Micro-districts, markets and stations that everybody knows in one region."""

    region: str
    names: tuple[str, ...]


class PlaceWords(Section, frozen=True):
    """config/places.yaml: how places are told from other words."""

    defaults: tuple[DefaultRegion, ...]
    ambiguous: tuple[str, ...]
    guards: tuple[Guard, ...]
    common: tuple[str, ...]
    street_before: tuple[str, ...]
    street_after: tuple[str, ...]
    residence: tuple[str, ...]
    not_residence: tuple[str, ...]
    left: tuple[str, ...]
    left_from: tuple[str, ...]
    taken: tuple[str, ...]
    away: tuple[str, ...]
    ordinary: tuple[str, ...] = ()
    arrived: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    relatives: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    registered: tuple[str, ...] = ()
    vicinity: tuple[str, ...] = ()
    landmarks: tuple[Landmarks, ...] = ()


class _Regions(Section, frozen=True):
    regions: tuple[RegionPlace, ...]


class _Districts(Section, frozen=True):
    districts: tuple[DistrictPlace, ...]


class _Towns(Section, frozen=True):
    towns: tuple[TownPlace, ...]


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the gazetteer is compiled from."""

    regions: tuple[RegionPlace, ...]
    districts: tuple[DistrictPlace, ...]
    towns: tuple[TownPlace, ...]
    words: PlaceWords
    kato: KatoPlaces = KatoPlaces()


def load_places(folder: Path) -> Places:
    """Return the four place files of `folder`, and what a register added to them.

    Errors: BadConfig, as `read`.
    """
    kato = load_kato(folder)
    districts = read(folder, "districts.yaml", _Districts).districts
    return Places(
        kato=kato,
        regions=read(folder, "regions.yaml", _Regions).regions,
        districts=tuple(_with_code(district, kato) for district in districts),
        towns=read(folder, "towns.yaml", _Towns).towns,
        words=read(folder, "places.yaml", PlaceWords),
    )


def _with_code(district: DistrictPlace, kato: KatoPlaces) -> DistrictPlace:
    """Return the district with the register's code, where the shipped files have none."""
    if district.kato is not None:
        return district
    for code, kk in kato.districts.items():
        if code[:2] == district.region and kk.casefold() == district.kk.casefold():
            return msgspec.structs.replace(district, kato=code)
    return district


def problems(places: Places) -> list[str]:
    """Return what does not hold inside the place files, one line each: file, key, remedy.

    Names of several regions are judged on their folded forms, which the rules own:
    `hotline.routing.gazetteer.name_problems`.
    """
    known = {region.code for region in places.regions}
    return [
        *_region_problems(places, known),
        *_code_problems(places, known),
        *_name_problems(places),
    ]


def _region_problems(places: Places, known: set[str]) -> Iterable[str]:
    if len(known) != len(places.regions):
        yield "regions.yaml: key `regions`: a code stands twice; remove one"
    if len(known) < REGIONS_IN_ALL:
        yield (
            f"regions.yaml: key `regions`: {len(known)} of {REGIONS_IN_ALL} codes; "
            "add the rest"
        )
    owners: dict[str, str] = {}
    for region in places.regions:
        if region.part_of is not None and region.part_of not in known:
            yield (
                f"regions.yaml: key `{region.code}.part_of`: unknown region "
                f"`{region.part_of}`; use a code of this file"
            )
        for prefix in region.phones:
            if owners.setdefault(prefix, region.code) != region.code:
                yield (
                    f"regions.yaml: key `{region.code}.phones`: {prefix} is also in "
                    f"{owners[prefix]}; leave it in one"
                )


def _code_problems(places: Places, known: set[str]) -> Iterable[str]:
    for index, district in enumerate(places.districts):
        where = f"districts.yaml: key `districts[{index}]` ({district.kk})"
        if district.region not in known:
            yield f"{where}: unknown region `{district.region}`; use a code of regions.yaml"
        if district.kato is not None and not district.kato.startswith(district.region):
            yield f"{where}: kato {district.kato} is not of {district.region}; correct one"
        if district.kato is None and not district.note:
            yield f"{where}: no kato and no note; add the code, or a note saying why not"
    for index, town in enumerate(places.towns):
        if town.region is not None and town.region not in known:
            yield (
                f"towns.yaml: key `towns[{index}]` ({town.kk}): unknown region "
                f"`{town.region}`; use a code of regions.yaml, or leave it out"
            )
    for marks in places.words.landmarks:
        if marks.region not in known:
            yield (
                f"places.yaml: key `landmarks`: unknown region `{marks.region}`; use a code "
                "of regions.yaml"
            )
    for default in places.words.defaults:
        if default.region not in known:
            yield (
                f"places.yaml: key `defaults` ({default.name}): unknown region "
                f"`{default.region}`; use a code of regions.yaml"
            )


def _name_problems(places: Places) -> Iterable[str]:
    named = [("regions.yaml", r.code, r.name.kk, r.name.ru) for r in places.regions]
    named += [("districts.yaml", d.kato or d.en, d.kk, d.ru) for d in places.districts]
    named += [("towns.yaml", str(t.id or t.kk), t.kk, t.ru) for t in places.towns]
    for file, key, kk, ru in named:
        for language, name in (("kk", kk), ("ru", ru)):
            if not name.strip():
                yield f"{file}: key `{key}.{language}`: empty name; write it"
