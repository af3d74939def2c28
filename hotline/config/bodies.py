"""config/bodies.yaml: the directory of bodies, as patterns over regions."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from hotline.config.calendar import Hours
from hotline.config.directory_rules import Entry, Known, faults
from hotline.config.loading import Section
from hotline.config.places import Places

FILE = "bodies.yaml"
_PLACES = re.compile(r"\{(region|kk|ru)\}")
_BRACE = re.compile(r"[{}]")


class Names(Section, frozen=True):
    """A body's name; `{kk}` and `{ru}` stand for the region's names."""

    kk: str
    ru: str


class BodyPattern(Section, frozen=True):
    """Bodies of one kind, one for each region named; `regions: []` is one for the country."""

    kind: str
    id: str
    name: Names
    regions: list[str]
    valid_from: date
    valid_to: date | None = None
    status: Literal["active", "planned"] = "active"
    parent: str | None = None
    phone: str | None = None
    district: str | None = None  # of the one region named: a KATO code
    hours: Hours | None = None  # None: the hours of calendar.yaml
    languages: tuple[str, ...] = ("kk", "ru")
    children: int | dict[str, int] | None = None  # in the territory; or by region
    capacity: int | None = None
    has_login: bool = True


class BodiesConfig(Section, frozen=True):
    """The whole file."""

    version: str
    bodies: list[BodyPattern]


def known_of(places: Places, kinds: set[str]) -> Known:
    """Return what a directory may name."""
    districts = {d.kato: d.region for d in places.districts if d.kato is not None}
    return Known(frozenset(r.code for r in places.regions), districts, frozenset(kinds))


def entries(config: BodiesConfig, places: Places) -> list[Entry]:
    """Return every body that the patterns stand for."""
    names = {region.code: (region.name.kk, region.name.ru) for region in places.regions}
    return [
        _entry(pattern, f"{FILE}: key `bodies[{index}]`", code, names)
        for index, pattern in enumerate(config.bodies)
        for code in (pattern.regions or [""])
    ]


def problems(
    config: BodiesConfig, places: Places, kinds: set[str], today: date
) -> list[str]:
    """Return one line for everything that does not hold: file, key, remedy."""
    found = list(_braces(config))
    if found:
        return found  # such a pattern stands for no bodies at all
    listed = entries(config, places)
    return [fault.text for fault in faults(listed, known_of(places, kinds), today, FILE)]


def _braces(config: BodiesConfig) -> Iterator[str]:
    for index, body in enumerate(config.bodies):
        for text in (body.id, body.name.kk, body.name.ru, body.parent or ""):
            if _BRACE.search(_PLACES.sub("", text)):
                yield (
                    f"{FILE}: key `bodies[{index}]`: `{text}`: only {{region}}, {{kk}} and"
                    " {ru} may stand in braces"
                )


def _entry(
    pattern: BodyPattern, where: str, code: str, names: Mapping[str, tuple[str, str]]
) -> Entry:
    kk, ru = names.get(code, (code, code))
    words = {"region": code, "kk": kk, "ru": ru}
    children = pattern.children
    return Entry(
        where=where,
        id=pattern.id.format(**words),
        kind=pattern.kind,
        name_kk=pattern.name.kk.format(**words),
        name_ru=pattern.name.ru.format(**words),
        valid_from=pattern.valid_from,
        region=code or None,
        district=pattern.district,
        valid_to=pattern.valid_to,
        status=pattern.status,
        parent=pattern.parent.format(**words) if pattern.parent else None,
        phone=pattern.phone,
        hours=pattern.hours,
        languages=pattern.languages,
        children=children.get(code) if isinstance(children, dict) else children,
        capacity=pattern.capacity,
        has_login=pattern.has_login,
    )
