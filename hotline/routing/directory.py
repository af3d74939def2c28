"""The directory of bodies: who stands for which place, and from which day until which.

Looking a body up is a dictionary look-up, however many bodies there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from hotline.cases.terms import BodyId, BodyKind, PersonId
from hotline.config.calendar import Hours

PLANNED, NOT_YET, NO_LONGER = "planned", "not_yet", "no_longer"
_Place = tuple[BodyKind, str | None, str | None]  # kind, region, district


def why_not_on(
    status: str, valid_from: date, valid_to: date | None, day: date
) -> str | None:
    """Return None when a body with these dates may act on `day`, else why not."""
    if status != "active":
        return PLANNED
    if day < valid_from:
        return NOT_YET
    return NO_LONGER if valid_to is not None and day >= valid_to else None


@dataclass(frozen=True, slots=True)
class Body:
    """One body of the directory."""

    id: BodyId
    kind: BodyKind
    region: str | None
    valid_from: date
    valid_to: date | None = None
    status: str = "active"
    district: str | None = None
    parent: BodyId | None = None
    languages: tuple[str, ...] = ("kk", "ru")
    children: int | None = None  # in its territory, for the staffing norm
    capacity: int | None = None  # most open cases at once
    has_login: bool = True
    phone: str | None = None
    hours: Hours | None = None  # None: the common ones

    def acts_on(self, day: date) -> str | None:
        """Return None when the body may act on `day`, else why not."""
        return why_not_on(self.status, self.valid_from, self.valid_to, day)


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a body who may be given work."""

    person: PersonId
    position: str  # head | deputy | specialist
    languages: tuple[str, ...] = ("kk", "ru")
    share: float = 1.0  # of a full post


@dataclass(frozen=True, slots=True)
class Directory:
    """Every body, in a steady order, and the people of each."""

    bodies: tuple[Body, ...]
    version: str
    people: Mapping[BodyId, tuple[Member, ...]] = field(default_factory=dict)
    _by_place: Mapping[_Place, list[Body]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _by_id: Mapping[BodyId, Body] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        by_place: dict[_Place, list[Body]] = {}
        for body in self.bodies:
            by_place.setdefault((body.kind, body.region, body.district), []).append(body)
        # The class is frozen; these two are what it is made of, said another way.
        object.__setattr__(self, "_by_place", by_place)
        object.__setattr__(self, "_by_id", {body.id: body for body in self.bodies})

    def of(
        self, kind: BodyKind, region: str | None, district: str | None = None
    ) -> list[Body]:
        """Return the bodies of `kind` for the place: the district's, the region's, national.

        A case whose district is unknown never goes to a district's body.
        """
        found: list[Body] = []
        if region is not None and district is not None:
            found += self._by_place.get((kind, region, district), ())
        if region is not None:
            found += self._by_place.get((kind, region, None), ())
        return found + list(self._by_place.get((kind, None, None), ()))

    def body(self, wanted: BodyId) -> Body | None:
        """Return the body of that id, or None."""
        return self._by_id.get(wanted)

    def above(self, wanted: BodyId) -> tuple[BodyId, ...]:
        """Return the bodies above `wanted`, nearest first. A loop ends where it closes."""
        found: list[BodyId] = []
        body = self._by_id.get(wanted)
        while body is not None and body.parent is not None and body.parent not in found:
            found.append(body.parent)
            body = self._by_id.get(body.parent)
        return tuple(found)
