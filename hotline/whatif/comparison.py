"""Both sides beside each other: what changes, counted and listed, however many there are."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product
from typing import Any

from hotline.cases.terms import ClockName
from hotline.errors import RuleForbids
from hotline.whatif.clocks import (
    ClockPair,
    StoredCase,
    StoredClock,
    begins,
    replay_clock,
)
from hotline.whatif.routes import CannotReplay, RouteAnswer, StoredRoute, answer
from hotline.whatif.rules import Rules
from hotline.whatif.staff import StoredStaff, person_under


@dataclass(frozen=True, slots=True)
class Change:
    """One decision or one clock whose answer changes. `kind`: route, person or clock.

    `newest`: no later decision chose bodies for the case, so `BodyLoad` counts this one.
    """

    kind: str
    case_id: int | None
    contact_id: int | None
    at: datetime
    what: str  # the code of the case, the body of the person, or the clock's name
    before: dict[str, Any]
    after: dict[str, Any]
    newest: bool = False


@dataclass(frozen=True, slots=True)
class BodyLoad:
    """How many cases of the period a body would hold."""

    body: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ClockCount:
    """What happens to the clocks of one name; `fewer` and `more` are breaches.

    `drifted`: stored deadlines that the rules of today already give otherwise.
    """

    name: str
    replayed: int
    earlier: int
    later: int
    begun: int
    dropped: int
    late_before: int
    late_after: int
    fewer: int
    more: int
    drifted: int


@dataclass(slots=True)
class Comparison:
    """Counts while stored rows stream by. `most`: how many changes are listed by kind."""

    before: Rules
    after: Rules
    now: datetime
    most: int | None = None
    decisions: int = 0
    drifted: int = 0  # answered otherwise already by the rules of today
    unread: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    listed: list[Change] = field(default_factory=list)
    _clocks: dict[str, Counter[str]] = field(default_factory=dict)
    _leads: dict[int, tuple[RouteAnswer, RouteAnswer]] = field(default_factory=dict)

    def cannot(self, reason: str) -> None:
        """Count a row that could not even be read."""
        self.unread[reason] += 1

    def routes(self, stored: Iterable[StoredRoute]) -> None:
        """Replay decisions on both sides."""
        for one in stored:
            try:
                old, new = answer(one, self.before), answer(one, self.after)
            except CannotReplay as why:
                self.cannot(str(why))
                continue
            self.decisions += 1
            self.drifted += old != one.choice
            if one.case_id is not None:
                self._leads[one.case_id] = (old, new)  # the newest decision of a case
            if old != new:
                self._list(_route_change(one, old, new))

    def staff(self, stored: Iterable[StoredStaff]) -> None:
        """Replay choices of people on both sides."""
        for one in stored:
            old, new = person_under(one, self.before), person_under(one, self.after)
            self.decisions += 1
            self.drifted += old != one.person
            if old != new:
                said = ({"person": old}, {"person": new})
                body = one.facts.body
                self._list(Change("person", one.case_id, None, one.at, body, *said))

    def clocks(self, stored: Iterable[StoredClock]) -> None:
        """Replay clocks on both sides."""
        for clock in stored:
            try:
                pair = replay_clock(clock, self.before, self.after, self.now)
            except RuleForbids as error:
                self.cannot(error.code)
                continue
            except ValueError:
                self.cannot("other_form")
                continue
            counts = self._clocks.setdefault(clock.name, Counter())
            counts["drifted"] += pair.before.due_at != clock.due_at
            _count(counts, pair)
            if pair.changes:
                self._list(_clock_change(clock, pair))

    @property
    def load(self) -> list[BodyLoad]:
        """Return the bodies whose number of cases changes; the newest decision counts."""
        old, new = Counter[str](), Counter[str]()
        for was, would in self._leads.values():
            old.update({was.lead, *was.co_executors})
            new.update({would.lead, *would.co_executors})
        return [
            BodyLoad(body, old[body], new[body])
            for body in sorted({*old, *new})
            if old[body] != new[body]
        ]

    @property
    def changes(self) -> list[Change]:
        """Return what is listed, with the newest decision of each case marked as such."""
        seen: set[int | None] = {None}
        told: list[Change] = []
        for one in reversed(self.listed):
            newest = one.kind == "route" and one.case_id not in seen
            if newest:
                seen.add(one.case_id)
                old, new = self._leads[one.case_id or 0]
                newest = (one.before, one.after) == (_said(old), _said(new))
            told.append(replace(one, newest=True) if newest else one)
        return told[::-1]

    @property
    def clock_counts(self) -> list[ClockCount]:
        """Return the counts by clock name."""
        return [
            ClockCount(name, **{key: counts[key] for key in _COUNTED})
            for name, counts in sorted(self._clocks.items())
        ]

    def cases(self, stored: Iterable[StoredCase], names: Iterable[ClockName]) -> None:
        """Find clocks from receipt, of `names`, that only the other rules would start."""
        for case, name in product(stored, tuple(names)):
            try:
                due = begins(case, name, self.before, self.after)
            except RuleForbids as error:
                self.cannot(error.code)
                continue
            if due is not None:
                self._clocks.setdefault(name, Counter())["begun"] += 1
                old = {"due_at": None, "late": False}
                new = {"due_at": due.isoformat(), "late": False}  # nobody could meet it
                at = case.received_at
                self._list(Change("clock", case.id, None, at, name, old, new))

    def _list(self, change: Change) -> None:
        self.changed[change.kind] += 1
        if self.most is None or self.changed[change.kind] <= self.most:
            self.listed.append(change)


_COUNTED = (
    "replayed", "earlier", "later", "begun", "dropped",
    "late_before", "late_after", "fewer", "more", "drifted",
)  # fmt: skip


def _count(counts: Counter[str], pair: ClockPair) -> None:
    old, new = pair.before, pair.after
    counts["replayed"] += 1
    counts["late_before"] += old.late
    counts["late_after"] += new.late
    counts["fewer"] += old.late and not new.late
    counts["more"] += new.late and not old.late
    if old.due_at is None or new.due_at is None:
        counts["begun"] += old.due_at is None and new.due_at is not None
        counts["dropped"] += old.due_at is not None and new.due_at is None
        return
    counts["earlier"] += new.due_at < old.due_at
    counts["later"] += new.due_at > old.due_at


def _route_change(one: StoredRoute, old: RouteAnswer, new: RouteAnswer) -> Change:
    return Change(
        "route", one.case_id, None, one.at, one.facts.subcategory, _said(old), _said(new)
    )


def _said(who: RouteAnswer) -> dict[str, Any]:
    return {"lead": who.lead, "co_executors": list(who.co_executors)}


def _clock_change(clock: StoredClock, pair: ClockPair) -> Change:
    old, new = (
        {"due_at": one.due_at.isoformat() if one.due_at else None, "late": one.late}
        for one in (pair.before, pair.after)
    )
    return Change(
        "clock", clock.case_id, clock.contact_id, clock.started_at, clock.name, old, new
    )
