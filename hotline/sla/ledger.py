"""The ledger of a clock: what each event says as JSON, and how it is read again.

`steps` are the working as it was counted then: they explain a deadline also when the policy,
the calendar or the holiday library have changed since.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.cases.terms import ClockName, Urgency
from hotline.sla.deadline import Deadline
from hotline.sla.events import (
    ClockBreached,
    ClockCancelled,
    ClockEscalated,
    ClockEvent,
    ClockExtended,
    ClockMet,
    ClockPaused,
    ClockRecomputed,
    ClockResumed,
    ClockStarted,
    ClockTakenBack,
)
from hotline.sla.explain import Step
from hotline.sla.put_off import Delay, Extended, Paused

SILENT = frozenset({"moved"})  # it changes no figure of the clock


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the ledger."""

    event: str
    at: datetime
    data: Mapping[str, Any]


def said(deadline: Deadline, urgency: int, steps: Sequence[Step]) -> dict[str, Any]:
    """Return what a start or a recomputation writes down: all that the deadline rests on."""
    target = deadline.target
    return {
        "name": target.name,
        "started_at": deadline.started_at.isoformat(),
        "due_at": deadline.due_at.isoformat(),
        "allowed": target.limit.text,
        "law": target.law,
        "urgency": int(urgency),
        "basis": {"kk": target.basis.kk, "ru": target.basis.ru},
        "policy": target.policy_version,
        "calendar": deadline.calendar_version,
        "body": deadline.body,
        "steps": listed(steps),
    }


def listed(steps: Sequence[Step]) -> list[list[str]]:
    """Return steps as they lie in the ledger."""
    return [[step.kind, step.value, step.note] for step in steps]


def read(line: Line) -> ClockEvent | None:
    """Return the event that a line of the ledger tells; None where it changes nothing.

    Errors: ValueError or KeyError for a line that this version cannot read.
    """
    if line.event in SILENT:
        return None
    reader = _READERS.get(line.event)
    if reader is None:
        raise ValueError(f"the ledger knows no event {line.event!r}")
    return reader(line.at, line.data)


def delays(lines: Sequence[Line]) -> list[Delay]:
    """Return the pauses that ended and the extensions, in order."""
    found: list[Delay] = []
    since: datetime | None = None
    for line in lines:
        if line.event == "paused":
            since = line.at
        elif line.event == "resumed" and since is not None:
            found.append(Paused(since, _moment(line.data["until"])))
            since = None
        elif line.event == "extended":
            found.append(Extended(_moment(line.data["due_at"])))
    return found


def pauses(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return the pauses as people read them: since, until (None: it lasts), reason, by."""
    found: list[dict[str, Any]] = []
    for line in lines:
        if line.event == "paused":
            told = {"since": line.at, "until": None, "reason": line.data["reason"]}
            found.append({**told, "by": line.data.get("by")})
        elif line.event in ("resumed", "met", "cancelled") and found:
            over = line.data.get("until")
            found[-1]["until"] = found[-1]["until"] or (_moment(over) if over else line.at)
    return found


def _started(_: datetime, data: Mapping[str, Any]) -> ClockStarted:
    return ClockStarted(
        _moment(data["started_at"]),
        ClockName(data["name"]),
        _moment(data["due_at"]),
        Urgency(data["urgency"]),
        data["policy"],
        data["calendar"],
        data["allowed"],
        data["law"],
        data["body"],
    )


def _recomputed(at: datetime, data: Mapping[str, Any]) -> ClockRecomputed:
    return ClockRecomputed(
        at,
        _moment(data["due_at"]),
        Urgency(data["urgency"]),
        data["policy"],
        data["calendar"],
        data["allowed"],
        data["law"],
        data["body"],
        _climbed(data),
    )


def _climbed(data: Mapping[str, Any]) -> int | None:
    """Return how far up the ladder it is since; older lines say only that it begins anew."""
    told = data.get("told_percent")
    if told is None and data.get("next_step") == 0:
        return 0
    return told


def _stepped(at: datetime, data: Mapping[str, Any]) -> ClockEscalated | None:
    """Older lines name a place on a ladder of then; what was told stands just before them."""
    told = _climbed(data)
    return None if told is None else ClockEscalated(at, told)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


_READERS: Mapping[str, Callable[[datetime, Mapping[str, Any]], ClockEvent | None]] = {
    "started": _started,
    "recomputed": _recomputed,
    "paused": lambda at, data: ClockPaused(at, data["reason"], _moment(data["resume_by"])),
    "resumed": lambda at, data: ClockResumed(at, _moment(data["due_at"])),
    "extended": lambda at, data: ClockExtended(at, _moment(data["due_at"])),
    "breached": lambda at, data: ClockBreached(_moment(data["due_at"]), at),
    "escalated": lambda at, data: ClockEscalated(at, data["percent"]),
    "stepped": _stepped,
    "met": lambda at, _: ClockMet(at),
    "cancelled": lambda at, _: ClockCancelled(at),
    "taken_back": lambda at, _: ClockTakenBack(at),
}
