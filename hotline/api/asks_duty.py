"""Bodies of requests about duty, absence and waking."""

from typing import Annotated

import msgspec

from hotline.api.asks import Asked, Moment, Word
from hotline.errors import NotFound

_MOST_SHIFTS = 200


class AbsenceAsked(Asked, frozen=True, rename={"from_at": "from", "to_at": "to"}):
    """From when until when a person is away; `deputy` is a user name."""

    from_at: Moment
    to_at: Moment
    reason: Word
    deputy: Word | None = None


class ShiftAsked(Asked, frozen=True, rename={"from_at": "from", "to_at": "to"}):
    """One shift; `person` is a user name, rank 1 is woken first."""

    person: Word
    from_at: Moment
    to_at: Moment
    rank: int = 1


class DutyAsked(Asked, frozen=True):
    """Shifts to add, all or none."""

    shifts: Annotated[list[ShiftAsked], msgspec.Meta(max_length=_MOST_SHIFTS)]


class ReachWayAsked(Asked, frozen=True):
    """How a person is woken: sms, telegram, email or voice."""

    kind: Word
    address: Word
    rank: int = 1


class HandoverAsked(Asked, frozen=True):
    """Who of a body without a login took the referral over; a KUI or ERDR number."""

    referral: int
    name: Word
    reference: Word | None = None


_LONGEST_ID = 18  # digits; what is longer is no row of ours


def row_id(typed: str) -> int:
    """Return the number in an address. Errors: NotFound for anything else."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_ID):
        raise NotFound("no such thing")
    return int(typed)
