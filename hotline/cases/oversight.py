"""A commissioner's own work: its kinds, what may be done with each, and how it may end."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OversightKind(StrEnum):
    """What a commissioner began."""

    INQUIRY = "inquiry"  # of one's own accord
    REQUEST = "request"  # to an akimat or any body, which must answer
    VISIT = "visit"  # to an institution
    RECOMMENDATION = "recommendation"  # followed up until it is carried out


class OversightStep(StrEnum):
    """What may be done with it."""

    NOTE = "note"
    ANSWER = "answer"  # what the addressee wrote
    FOLLOW_UP = "follow-up"  # a day on which to look again
    END = "end"


class OversightTab(StrEnum):
    """The lists of the page."""

    OPEN = "open"
    WAITING = "waiting"  # for an answer
    OVERDUE = "overdue"
    FOLLOW_UP = "follow-up"  # its day has come
    ENDED = "ended"


ANSWERED = frozenset({OversightKind.REQUEST, OversightKind.RECOMMENDATION})
ENDINGS: dict[OversightKind, tuple[str, ...]] = {
    OversightKind.INQUIRY: ("confirmed", "not_confirmed", "passed_on"),
    OversightKind.REQUEST: ("answered", "answered_partly", "no_answer"),
    OversightKind.VISIT: ("in_order", "faults_found"),
    OversightKind.RECOMMENDATION: (
        "carried_out",
        "carried_out_partly",
        "refused",
        "no_answer",
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one piece of work stands."""

    kind: OversightKind
    due_at: datetime | None = None
    answered_at: datetime | None = None
    follow_up_at: datetime | None = None
    ended_at: datetime | None = None


def tab_of(one: Standing, now: datetime) -> OversightTab:
    """Return the list on which it stands: what presses most comes first."""
    if one.ended_at is not None:
        return OversightTab.ENDED
    waits = one.due_at is not None and one.answered_at is None
    if waits and one.due_at is not None and one.due_at <= now:
        return OversightTab.OVERDUE
    if one.follow_up_at is not None and one.follow_up_at <= now:
        return OversightTab.FOLLOW_UP
    return OversightTab.WAITING if waits else OversightTab.OPEN


def come_of(one: Standing, since: datetime, now: datetime) -> tuple[OversightTab, ...]:
    """Return what has come from `since` on: an answer that did not, a day to look again.

    An answer that was missed before is not missed once more on the day to look again.
    """
    if one.ended_at is not None:
        return ()
    missed = one.due_at is not None and one.answered_at is None
    days = (
        (OversightTab.OVERDUE, one.due_at if missed else None),
        (OversightTab.FOLLOW_UP, one.follow_up_at),
    )
    return tuple(tab for tab, day in days if day is not None and since <= day <= now)


def steps_of(one: Standing) -> tuple[OversightStep, ...]:
    """Return what may be done now."""
    if one.ended_at is not None:
        return ()
    answer = (
        (OversightStep.ANSWER,) if one.kind in ANSWERED and one.answered_at is None else ()
    )
    return (*answer, OversightStep.NOTE, OversightStep.FOLLOW_UP, OversightStep.END)


def in_time(one: Standing) -> bool | None:
    """Return whether the answer came in time; None where none came or none is due."""
    if one.due_at is None or one.answered_at is None:
        return None
    return one.answered_at <= one.due_at
