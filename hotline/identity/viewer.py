"""Who is looking or acting: the facts that every rule of access asks about."""

from dataclasses import dataclass

from hotline.cases.terms import BodyId, PersonId, Role

AT_111 = frozenset({Role.OPERATOR, Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person."""

    person_id: PersonId
    username: str
    display_name: str
    role: Role
    region: str | None  # a commissioner's region of oversight
    bodies: frozenset[BodyId]
    locale: str = "kk"

    @property
    def at_111(self) -> bool:
        """Return whether this person works at the contact centre."""
        return self.role in AT_111


@dataclass(frozen=True, slots=True)
class Machine:
    """A part of the service that acts by itself; `username` stands in the history."""

    username: str
    person_id: None = None


INTAKE = Machine("intake")
TRIAGE = Machine("triage")
SWEEP = Machine("sweep")
Actor = Viewer | Machine
