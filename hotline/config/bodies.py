"""config/bodies.yaml: the directory of bodies, as patterns over regions."""

import re
from datetime import date
from typing import Literal

from hotline.config.loading import Section

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


class BodiesConfig(Section, frozen=True):
    """The whole file."""

    version: str
    bodies: list[BodyPattern]


def problems(
    config: BodiesConfig, region_codes: set[str], kinds: set[str], today: date
) -> list[str]:
    """Return one line for every gap: unknown kinds and regions, a region with no commissioner."""
    found: list[str] = []
    seen: set[str] = set()
    watched: set[str] = set()
    known = {body.id for body in config.bodies}
    for index, body in enumerate(config.bodies):
        where = f"bodies.yaml: key `bodies[{index}]`"
        if body.kind not in kinds:
            found.append(f"{where}: unknown kind `{body.kind}`; use one of taxonomy.yaml")
        if body.valid_to is not None and body.valid_to <= body.valid_from:
            found.append(f"{where}: ends before it begins; correct valid_from or valid_to")
        found.extend(
            f"{where}: `{text}`: only {{region}}, {{kk}} and {{ru}} may stand in braces"
            for text in (body.id, body.name.kk, body.name.ru)
            if _BRACE.search(_PLACES.sub("", text))
        )
        if body.parent is not None and body.parent not in known:
            found.append(f"{where}: no body has the id `{body.parent}`; correct `parent`")
        for region in body.regions:
            if region not in region_codes:
                found.append(
                    f"{where}: unknown region `{region}`; use a two-digit KATO prefix"
                )
            name = body.id.replace("{region}", region)
            if name in seen:
                found.append(f"{where}: id `{name}` is used twice; give each body its own")
            seen.add(name)
            begun = body.valid_from <= today and (
                body.valid_to is None or today < body.valid_to
            )
            if body.kind == "COMM" and body.status == "active" and begun:
                watched.add(region)
    found.extend(
        f"bodies.yaml: region {code} has no active commissioner; add a body of kind COMM for it"
        for code in sorted(region_codes - watched)
    )
    if not any(body.kind == "OWN" and not body.regions for body in config.bodies):
        found.append("bodies.yaml: 111's own duty queue is missing; add a body of kind OWN")
    return found
