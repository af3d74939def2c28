"""Step: who is meant by a complaint: a body or person of the directory, or somebody outside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotline.cases.apart import OWN_QUEUE, ComplaintKind, bodies_in, people_in
from hotline.cases.terms import BodyId, PersonId
from hotline.errors import RuleForbids
from hotline.identity.folding import fold_name
from hotline.routing.conflicted import bodies_of_person, bodies_of_site
from hotline.routing.directory import Directory
from hotline.store import bodies, complaints
from hotline.store.transaction import Transaction

MOST = 10  # candidates offered
_OF_BODIES = frozenset({ComplaintKind.BODY, ComplaintKind.SITE, ComplaintKind.EMPLOYER})
_OF_PEOPLE = frozenset(ComplaintKind) - {ComplaintKind.BODY, ComplaintKind.SITE}


@dataclass(frozen=True, slots=True)
class About:
    """Whom somebody names: by id (a body's, or a user name), by name, or both."""

    kind: str
    id: str | None = None
    name: str | None = None
    elsewhere: bool = False  # is in no body of the directory: a father, a neighbour
    text: str | None = None  # why


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body or person of the directory who may be meant."""

    id: str
    name_kk: str
    name_ru: str
    person: bool


@dataclass(frozen=True, slots=True)
class Accused:
    """One row to be: a body or a person that is out."""

    kind: ComplaintKind
    body: BodyId | None = None
    person: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the case is: whose bodies answer for a site."""

    region: str | None
    district: str | None
    day: date


class Known:
    """Everybody whom a complaint may mean."""

    def __init__(
        self,
        named: Mapping[str, tuple[str, str]],
        people: Iterable[tuple[int, str, str]],
    ) -> None:
        """Take (kk, ru) names by body, and (id, user name, name) of people."""
        self._bodies = {b: names for b, names in named.items() if b != OWN_QUEUE}
        self._people = {user: (PersonId(i), name) for i, user, name in people}

    def by_id(self, kind: ComplaintKind, wanted: str) -> Accused | None:
        """Return the body or person of that id, or None."""
        if kind in _OF_PEOPLE and wanted in self._people:
            return Accused(kind, person=self._people[wanted][0])
        if kind in _OF_BODIES and wanted in self._bodies:
            return Accused(kind, body=BodyId(wanted))
        return None

    def candidates(
        self, kind: ComplaintKind, name: str, *, whole: bool = False
    ) -> list[Candidate]:
        """Return who has every word of `name` in theirs; `whole`: and no other word."""
        said = set((fold_name(name) or "").split())
        found = []
        for one in self._all(kind) if said else ():
            known = [set((fold_name(n) or "").split()) for n in (one.name_kk, one.name_ru)]
            if any(words == said if whole else said <= words for words in known):
                found.append(one)
        return found

    def _all(self, kind: ComplaintKind) -> Iterable[Candidate]:
        if kind in _OF_BODIES:
            for body, (kk, ru) in self._bodies.items():
                yield Candidate(body, kk, ru, person=False)
        if kind in _OF_PEOPLE:
            for username, (_, name) in self._people.items():
                yield Candidate(username, name, name, person=True)


async def known(tx: Transaction) -> Known:
    """Return everybody whom a complaint may mean, as the directory stands."""
    rows = await complaints.persons(tx)
    named = await bodies.names(tx)
    return Known(named, [(row.id, row.username, row.display_name) for row in rows])


def certain(everybody: Known, about: About) -> Accused | None:
    """Return whom a report means beyond doubt: by id, or by a whole name that one has."""
    kind = ComplaintKind(about.kind)
    found = everybody.by_id(kind, about.id) if about.id else None
    if found is None and about.name:
        same = everybody.candidates(kind, about.name, whole=True)
        found = everybody.by_id(kind, same[0].id) if len(same) == 1 else None
    return found


def chosen(everybody: Known, about: About, field: str) -> Accused | None:
    """Return whom a person at 111 means; None for somebody outside the directory.

    Errors: RuleForbids names the field and offers candidates where a name is no choice.
    """
    kind = _kind(about.kind, field)
    if about.id:
        found = everybody.by_id(kind, about.id)
        if about.id == OWN_QUEUE:
            text = "111 runs the service: name the person at 111"
            raise RuleForbids(text, code="name_the_person", field=f"{field}.id")
        if found is None:
            raise RuleForbids("nobody of that id", code="unknown_id", field=f"{field}.id")
        return found
    if not (about.name or "").strip():
        raise RuleForbids("give an id or a name", code="id_or_name", field=f"{field}.name")
    if about.elsewhere or (sure := certain(everybody, about)) is None:
        offered = [] if about.elsewhere else everybody.candidates(kind, about.name or "")
        if offered:
            raise RuleForbids(
                "choose one by id, or say that it is somebody elsewhere",
                code="which_one",
                field=f"{field}.name",
                candidates=[one.id for one in offered[:MOST]],
            )
        return None
    return sure


def carried(keys: frozenset[str]) -> list[Accused]:
    """Return who is out by `keys` that a contact brings along, as rows to be."""
    bodies = [Accused(ComplaintKind.BODY, body=body) for body in sorted(bodies_in(keys))]
    people = sorted(people_in(keys))
    return [*bodies, *(Accused(ComplaintKind.PERSON, person=one) for one in people)]


def _kind(kind: str, field: str) -> ComplaintKind:
    if kind not in set(ComplaintKind):
        raise RuleForbids("no such kind", code="unknown_kind", field=f"{field}.kind")
    return ComplaintKind(kind)


async def spread(
    tx: Transaction,
    found: Accused | None,
    about: About,
    directory: Directory,
    place: Place,
) -> list[Accused]:
    """Return everybody who is out with whom was found: a head's body, a site's bodies."""
    kind = ComplaintKind(about.kind)
    if found is None:
        name = fold_name(about.name or "") or ""
        if kind is not ComplaintKind.SITE:
            return []
        answering = bodies_of_site(name, directory, place.region, place.district, place.day)
        return [Accused(kind, body=body) for body in answering]
    if found.person is None:
        return [found]
    positions: Mapping[BodyId, str] = await complaints.positions(tx, found.person)
    also: Sequence[BodyId] = bodies_of_person(kind, positions)
    return [found, *(Accused(kind, body=body) for body in also if body != OWN_QUEUE)]
