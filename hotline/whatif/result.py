"""What a replay found, in the form in which it is kept and shown."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
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
        changes=tuple(found.changes),
        clocks=tuple(found.clock_counts),
        load=tuple(found.load),
    )


def without(
    found: TrialResult, cases: Collection[int], contacts: Collection[int]
) -> TrialResult:
    """Return a result that says nothing of some cases and contacts: no line, no count.

    Changes beyond those that are listed, and totals of what stays as it is, are counted still.
    """
    gone = [
        one
        for one in found.changes
        if one.case_id in cases or (one.case_id is None and one.contact_id in contacts)
    ]
    changed = Counter(found.changed)
    changed.subtract(one.kind for one in gone)
    hidden = set(map(id, gone))
    return replace(
        found,
        changed={kind: n for kind, n in changed.items() if n > 0},
        changes=tuple(one for one in found.changes if id(one) not in hidden),
        clocks=tuple(_clocks_without(one, gone) for one in found.clocks),
        load=_load_without(found.load, gone),
    )


def _load_without(load: Sequence[BodyLoad], gone: Sequence[Change]) -> tuple[BodyLoad, ...]:
    old, new = Counter[str](), Counter[str]()
    for one in gone:
        if one.newest:
            old.update({one.before["lead"], *one.before["co_executors"]})
            new.update({one.after["lead"], *one.after["co_executors"]})
    left = [
        replace(one, before=one.before - old[one.body], after=one.after - new[one.body])
        for one in load
    ]
    return tuple(one for one in left if one.before != one.after)


def _clocks_without(count: ClockCount, gone: Sequence[Change]) -> ClockCount:
    less = Counter[str]()
    for one in gone:
        if one.kind == "clock" and one.what == count.name:
            less.update(_moves(one))
    return replace(count, **{key: getattr(count, key) - n for key, n in less.items()})


def _moves(change: Change) -> list[str]:
    """Return the counts of its clock that a change adds to."""
    old, new = change.before, change.after
    said = {
        "begun": old["due_at"] is None,
        "dropped": new["due_at"] is None,
        "late_before": old["late"],
        "late_after": new["late"],
        "fewer": old["late"] and not new["late"],
        "more": new["late"] and not old["late"],
    }
    if old["due_at"] and new["due_at"]:
        was, would = (datetime.fromisoformat(one["due_at"]) for one in (old, new))
        said |= {"earlier": would < was, "later": would > was}
    return [key for key, holds in said.items() if holds]
