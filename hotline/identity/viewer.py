"""Who is looking or acting: the facts that every rule of access asks about."""

from dataclasses import dataclass

from hotline.cases.apart import OWN_QUEUE, person_key
from hotline.cases.terms import BodyId, PersonId, Role

AT_111 = frozenset({Role.OPERATOR, Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person."""

    person_id: PersonId
    username: str
    display_name: str
    role: Role
    region: str | None  # a commissioner's: whose oversight they have now, or None
    bodies: frozenset[BodyId]
    locale: str = "kk"
    # Whose conflict is this person's too, beside themselves and their bodies: bodies they
    # were in, all bodies above, and who heads any of these (keys of cases.apart).
    ties: frozenset[str] = frozenset()
    # Moves that two people took away from this person's role; nothing is ever given so.
    without: frozenset[str] = frozenset()

    @property
    def at_111(self) -> bool:
        """Return whether this person works at the contact centre."""
        return self.role in AT_111

    @property
    def keys(self) -> frozenset[str]:
        """Return the keys under which a complaint keeps this person out of a case.

        The contact centre's own queue is none of them: 111 is never out as a whole.
        """
        own = {str(body) for body in self.bodies if body != OWN_QUEUE}
        return self.ties | own | {person_key(self.person_id)}


@dataclass(frozen=True, slots=True)
class Machine:
    """A part of the service that acts by itself; `username` stands in the history."""

    username: str
    person_id: None = None


INTAKE = Machine("intake")
TRIAGE = Machine("triage")
SWEEP = Machine("sweep")
Actor = Viewer | Machine
