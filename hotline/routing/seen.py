"""What a choice of body or person looked at: its whole facts, as they are stored.

`decisions.facts` is one of these as JSON, so a decision is made again from its row alone
(routing/replay.py). Defaults are left out. Ids, codes, dates and counts; never a name.
A changed shape gets a new FORMAT: older rows then count as "cannot be replayed".
"""

from datetime import date, datetime

import msgspec

from hotline.cases.terms import BodyKind
from hotline.routing.directory import why_not_on

FORMAT = 2  # 1 was the question alone, without what was looked at
LEVELS = 5  # of urgency
NONE_OPEN = (0,) * LEVELS


class Seen(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Base of what is stored; what it holds never changes."""


class BodySeen(Seen, frozen=True):
    """A body as it stood when it was looked at.

    `open`: its open cases, counted where it has a capacity. `members`: people who could be
    given work, None where nobody counted; `out`: those of them who cannot take it now.
    """

    id: str
    kind: BodyKind
    valid_from: date
    valid_to: date | None = None
    status: str = "active"
    region: str | None = None
    district: str | None = None
    parent: str | None = None
    has_login: bool = True
    capacity: int | None = None
    open: int = 0
    members: int | None = None
    out: tuple[tuple[int, str], ...] = ()  # person, absent | conflict | full

    def acts_on(self, day: date) -> str | None:
        """Return None when the body may act on `day`, else why not."""
        return why_not_on(self.status, self.valid_from, self.valid_to, day)


class RouteSeen(Seen, frozen=True):
    """A choice of bodies: the question, the rule (`chain`) and the bodies in question."""

    subcategory: str
    lead: BodyKind
    day: date
    format: int
    urgency: int = 3
    language: str = "ru"
    co_executors: tuple[BodyKind, ...] = ()
    region: str | None = None
    district: str | None = None
    hints: tuple[str, ...] = ()  # hints of power that no person has looked at
    excluded: dict[str, str] = {}  # body -> declined | returned | conflict | ...
    chain: tuple[str, ...] = ()  # kinds to try for this lead, in order
    fallback: tuple[tuple[str, str], ...] = ()  # body, which step of a conflict's way out
    bodies: tuple[BodySeen, ...] = ()
    directory: str = ""  # version


class NormSeen(Seen, frozen=True):
    """What a case weighs by urgency, and the load of a full post that takes no more."""

    weights: tuple[float, ...]
    full_at: float


class PersonSeen(Seen, frozen=True):
    """A person of the body as they stood. `open`, `given`: counts by urgency 0 to 4.

    `open`: offered and accepted now; `given`: in the days that the norm looks back.
    `stand_in`: who was named for the absence; `shift`: rank on the duty roster now.
    """

    person: int
    position: str = "specialist"
    languages: tuple[str, ...] = ("kk", "ru")
    share: float = 1.0
    open: tuple[int, ...] = NONE_OPEN
    given: tuple[int, ...] = NONE_OPEN
    away: bool = False
    stand_in: int | None = None
    shift: int | None = None


class StaffSeen(Seen, frozen=True):
    """A choice of a person inside one body. `instead_of`: who cannot go on, and `why`."""

    body: str
    at: datetime
    urgency: int
    language: str
    norm: NormSeen
    format: int
    referral: int | None = None
    duty_first: bool = False  # out of hours, or life or a day at stake
    people: tuple[PersonSeen, ...] = ()
    excluded: tuple[tuple[int, str], ...] = ()  # person, conflict | offer_ran_out | ...
    instead_of: int | None = None
    why: str | None = None  # offered | absent | ran_out
