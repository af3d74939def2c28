"""What a replay found, in the form in which it is kept and shown."""

from dataclasses import dataclass
from datetime import datetime

from hotline.whatif.comparison import BodyLoad, Change, ClockCount, Comparison


@dataclass(frozen=True, slots=True)
class TrialResult:
    """Everything that changes. Identical rules leave `changes` and `load` empty.

    `drifted`: decisions that the rules of today already answer otherwise than the rules of
    their own day. `cannot_replay`: rows by the reason why they could not be judged.
    """

    since: datetime
    until: datetime
    decisions: int
    drifted: int
    cannot_replay: dict[str, int]
    changed: dict[str, int]  # by kind, listed or not
    changes: tuple[Change, ...]
    clocks: tuple[ClockCount, ...]
    load: tuple[BodyLoad, ...]


def result_of(found: Comparison, since: datetime) -> TrialResult:
    """Return the counts of a comparison that has seen everything."""
    return TrialResult(
        since=since,
        until=found.now,
        decisions=found.decisions,
        drifted=found.drifted,
        cannot_replay=dict(found.unread),
        changed=dict(found.changed),
        changes=tuple(found.listed),
        clocks=tuple(found.clock_counts),
        load=tuple(found.load),
    )
