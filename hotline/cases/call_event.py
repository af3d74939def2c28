"""What may be heard of a call, whichever exchange says it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

CANNOT_SPEAK, NOT_RECORDED = "1", "9"  # keys that a caller may press
_LATE = timedelta(days=1)  # a webhook is sent again for so long
_LIVE = timedelta(seconds=30)  # an open line tells at once: older is a clock that is wrong


class CallWhat(StrEnum):
    """What may be heard of a call. In order: of two in one moment the later counts more."""

    RINGING = "ringing"
    WAITING = "waiting"  # taken by the menu; nobody speaks yet
    TALKED = "talked"  # the caller made a sound
    SILENT = "silent"  # nothing was heard for `silence_s`
    DIGIT = "digit"  # only `1` and `9` are kept: others could be a number of somebody
    OFFERED = "offered"  # rings at an operator
    NOT_TAKEN = "not_taken"  # who did not answer
    ANSWERED = "answered"  # by a person
    HELD = "held"
    RESUMED = "resumed"
    REQUEUED = "requeued"  # the operator left before somebody else had come
    RECORDING_REFUSED = "recording_refused"
    TRANSFERRED = "transferred"  # to another operator, or (without one) away from the desk
    ENDED = "ended"
    UNOBSERVED = "unobserved"  # was gone when we looked again


class Ended(StrEnum):
    """How a call ended; the exchange's cause codes are not trusted."""

    HANGUP = "hangup"
    ABANDONED = "abandoned"
    UNOBSERVED = "ended_unobserved"
    TRANSFERRED = "transferred"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One thing that an exchange says of a call. `key` makes it one for ever."""

    what: CallWhat
    pbx: str
    call_ref: str
    at: datetime
    key: str
    caller: str | None = field(default=None, repr=False)
    shown: str | None = field(default=None, repr=False)  # a name beside the number
    line: str | None = None
    language: str | None = None
    operator: str | None = None  # username or extension
    operator_id: int | None = None
    digit: str | None = None
    reason: Ended | None = None
    recording: str | None = field(default=None, repr=False)  # an address, or a name there
    raw: bytes = field(default=b"{}", repr=False)


@dataclass(frozen=True, slots=True)
class Happened:
    """The same, as it stands in the ledger: no number, no name."""

    what: CallWhat
    at: datetime
    key: str
    operator_id: int | None = None
    digit: str | None = None
    reason: Ended | None = None


def moment_of(stated: datetime | None, heard: datetime) -> datetime:
    """Return when it happened: as the exchange says, unless its clock cannot be right."""
    if stated is None or not heard - _LATE <= stated:
        return heard
    return min(stated, heard)


def moment_live(stated: datetime | None, heard: datetime) -> datetime:
    """Return when that happened which an open line tells of: now, or a moment ago.

    Our own clock says the rest of a call: one that is slow would end it before its answer.
    """
    found = moment_of(stated, heard)
    return found if heard - found <= _LIVE else heard
