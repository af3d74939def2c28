"""Who is complained of, as keys: a body's id, or `person:` and a person's number.

The keys of a case stand in `cases.apart`; a viewer who answers to one of them may not know
of the case (identity.roles), and is never asked to act on it (routing.conflicted).
"""

from enum import StrEnum

from hotline.cases.terms import BodyId, PersonId

OWN_QUEUE = BodyId(
    "own-111"
)  # never out as a whole: it runs the service; its people may be
_PERSON = "person:"


class ComplaintKind(StrEnum):
    """Whom a case complains of."""

    BODY = "body"
    SITE = "site"  # a school, a home; stands for the bodies that answer for it
    PERSON = "person"
    RELATIVE = "relative"  # somebody of a body is related to whom the case is about
    EMPLOYER = "employer"  # whom the case is about works there
    HANDLER = "handler"  # who dealt with it before


def person_key(person_id: int) -> str:
    """Return the key of a person."""
    return f"{_PERSON}{person_id}"


def bodies_in(keys: frozenset[str]) -> frozenset[BodyId]:
    """Return the bodies among `keys`."""
    return frozenset(BodyId(key) for key in keys if not key.startswith(_PERSON))


def people_in(keys: frozenset[str]) -> frozenset[PersonId]:
    """Return the people among `keys`."""
    return frozenset(
        PersonId(int(key.removeprefix(_PERSON))) for key in keys if key.startswith(_PERSON)
    )
