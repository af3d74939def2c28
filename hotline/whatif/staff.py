"""A stored choice of a person under another staffing norm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from hotline.routing.person import choose_person
from hotline.routing.seen import NormSeen, StaffSeen
from hotline.whatif.routes import CannotReplay, require_format
from hotline.whatif.rules import Rules


@dataclass(frozen=True, slots=True)
class StoredStaff:
    """A decision of kind `person`: who was there, and who was chosen."""

    id: int
    at: datetime
    case_id: int | None
    facts: StaffSeen
    person: int | None


def read_staff(
    decision_id: int,
    at: datetime,
    case_id: int | None,
    facts: Mapping[str, Any],
    choice: Mapping[str, Any],
) -> StoredStaff:
    """Return a stored choice. Errors: CannotReplay for another form of facts."""
    require_format(facts)
    try:
        read = msgspec.convert(facts, StaffSeen)
        return StoredStaff(decision_id, at, case_id, read, choice["person"])
    except (KeyError, TypeError, msgspec.ValidationError) as error:
        raise CannotReplay("unreadable") from error


def person_under(stored: StoredStaff, rules: Rules) -> int | None:
    """Return who would be chosen by the norm of `rules`, with the counts of that day.

    What was given in the days before stays counted over the days of the norm of then.
    """
    norm = rules.config.referral.norm
    weighed = NormSeen(weights=tuple(norm.weights), full_at=norm.full_at)
    return choose_person(msgspec.structs.replace(stored.facts, norm=weighed)).person
