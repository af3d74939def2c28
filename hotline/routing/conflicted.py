"""Conflict of interest over the whole organisation tree: who is out, and who acts instead.

Facts in, decision out. What a case complains of are keys (cases.apart); out are the bodies
named, everything below them, the body of a head or deputy who is named, and everybody in
these bodies, also those who have left since. Source: contract, "Who sees what"; issue 4.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hotline.cases.apart import ComplaintKind, bodies_in, people_in
from hotline.cases.terms import BodyId, BodyKind, PersonId
from hotline.routing.directory import Body, Directory

LEADING = frozenset({"head", "deputy"})  # for these the body itself is out
CENTRAL = (BodyKind.KOPD, BodyKind.OMB)  # who acts for the country when nobody else may
# Who answers for a site, by how words of its folded name begin (kk, ru).
_SITES: Mapping[BodyKind, tuple[str, ...]] = {
    BodyKind.EDU: (
        *("мектеп", "балабакша", "школ", "лице", "гимнази", "колледж", "сад"),
        "интернат",
    ),
    BodyKind.HEALTH: (
        *("аурухана", "емхана", "перзентхана", "больниц", "поликлин", "роддом"),
    ),
    BodyKind.SOC: ("уи", "оналту", "дом", "приют", "реабилит", "интернат"),
}
_WHOLE = frozenset({ComplaintKind.RELATIVE, ComplaintKind.EMPLOYER})


@dataclass(frozen=True, slots=True)
class KeptOut:
    """Who may neither act on a case nor know of it, each with the reason."""

    bodies: Mapping[BodyId, str] = field(default_factory=dict)
    people: Mapping[PersonId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instead:
    """A body that may act instead of one that is out, and how it was come by."""

    body: Body
    reason: str  # one_level_up | other_region | central


def bodies_of_site(
    name: str, directory: Directory, region: str | None, district: str | None, day: date
) -> tuple[BodyId, ...]:
    """Return the bodies that answer for a site of this folded name, at its place.

    A name that tells no kind may mean any of them. Without a place nobody is out.
    """
    words = name.split()
    told = [
        kind
        for kind, stems in _SITES.items()
        if any(word.startswith(stems) for word in words)
    ]
    found = [
        body.id
        for kind in told or _SITES
        for body in directory.of(kind, region, district)
        if region is not None and body.region == region and body.acts_on(day) is None
    ]
    return tuple(found)


def bodies_of_person(
    kind: ComplaintKind, positions: Mapping[BodyId, str]
) -> tuple[BodyId, ...]:
    """Return the bodies that are out with a person, given what they are in each.

    For a head or deputy the body itself; for a relative or an employer all their bodies.
    """
    return tuple(
        body
        for body, position in sorted(positions.items())
        if kind in _WHOLE or position in LEADING
    )


def keep_out(
    directory: Directory,
    apart: frozenset[str],
    former: Mapping[PersonId, Iterable[BodyId]],
) -> KeptOut:
    """Return who is out of a case. `apart`: its keys. `former`: bodies that people left."""
    if not apart:
        return KeptOut()
    named = people_in(apart)
    bodies = dict(_bodies(directory, bodies_in(apart), named))
    people = dict.fromkeys(named, "conflict")
    for body in bodies:
        for member in directory.people.get(body, ()):
            people.setdefault(member.person, "conflict_body")
    for person, left in former.items():
        if any(body in bodies for body in left):
            people.setdefault(person, "conflict_body")
    for body, members in directory.people.items():
        known = directory.body(body)
        centre = known is not None and known.kind is BodyKind.OWN
        if not centre and members and all(one.person in people for one in members):
            bodies.setdefault(body, "conflict_people")  # nobody there may read it
    return KeptOut(bodies, people)


def _bodies(
    directory: Directory, roots: frozenset[BodyId], named: frozenset[PersonId]
) -> Iterable[tuple[BodyId, str]]:
    for body in directory.bodies:
        if body.kind is BodyKind.OWN:
            continue
        above = directory.above(body.id)
        if body.id in roots:
            yield body.id, "conflict"
        elif not roots.isdisjoint(above):
            yield body.id, "conflict_below"
        elif named and not named.isdisjoint(_heads(directory, (body.id, *above))):
            yield body.id, "conflict_head"


def _heads(directory: Directory, bodies: Iterable[BodyId]) -> Iterable[PersonId]:
    for body in bodies:
        for member in directory.people.get(body, ()):
            if member.position in LEADING:
                yield member.person


def fallback_chain(
    directory: Directory, refused: Sequence[Body], out: KeptOut, day: date
) -> tuple[Instead, ...]:
    """Return who may lead instead of bodies that are out, best first.

    One level up, then other regions' bodies of the same kind (the next in order of the
    directory first, so that the first region does not carry all), then the central body.
    Whoever finds nobody here falls back on 111's own queue.
    """
    found: dict[BodyId, Instead] = {}

    def add(body: Body | None, reason: str) -> bool:
        if body is None or body.acts_on(day) is not None or body.id in out.bodies:
            return False
        found.setdefault(body.id, Instead(body, reason))
        return True

    for body in refused:
        for above in directory.above(body.id):
            if add(directory.body(above), "one_level_up"):
                break
    for body in refused:
        for other in _others(directory, body):
            add(other, "other_region")
    for kind in CENTRAL:
        for body in directory.of(kind, None):
            add(body, "central")
    return tuple(found.values())


def _others(directory: Directory, body: Body) -> list[Body]:
    """Return other regions' bodies of the same kind, those after `body` first."""
    same = [
        other
        for other in directory.bodies
        if other.kind is body.kind and other.region not in (None, body.region)
    ]
    return [b for b in same if b.id > body.id] + [b for b in same if b.id <= body.id]
