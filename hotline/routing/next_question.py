"""The one question whose answer would change most: urgency, lead body, hand-off.

Pure: each fact that nobody told yet is tried both ways through the rules that a case is judged
and routed by. What changes nothing is not asked: a frightened caller has no time for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from hotline.cases.asked import NO, YES
from hotline.config.taxonomy import Subcategory
from hotline.routing.alarm import Alarm
from hotline.routing.answered import Answered
from hotline.routing.directory import Directory
from hotline.routing.looking import RoutingFacts
from hotline.routing.office import choose_bodies
from hotline.routing.urgency import SituationFacts, propose_urgency

REGION = "region"
_URGENT = 1  # 102, 103 and 112 are rung for 0 and 1
_LEVEL, _LEAD, _RUNG, _HELD, _HELPER = 10, 6, 5, 4, 1  # how much a change weighs


@dataclass(frozen=True, slots=True)
class Matter:
    """What is known so far. `chosen`: the urgency that a person set, which stands."""

    entry: Subcategory
    danger: int | None  # by the words; None without danger
    read: SituationFacts  # by the words
    told: Answered
    dangers: Mapping[str, int]
    raised: frozenset[str]
    route: RoutingFacts
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules make of a matter. `held`: nothing is offered before a person looked."""

    urgency: int
    lead: str
    helpers: tuple[str, ...]
    hand_off: tuple[str, ...]
    held: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """The question to ask, and what its graver answer would change."""

    name: str
    urgency: int | None  # the level it would be raised to
    hand_off: tuple[str, ...]  # services that would be rung
    moves: bool  # another body would lead, or everything would wait for a person
    weight: int


def outcome(
    matter: Matter, directory: Directory, chains: Mapping[str, Sequence[str]]
) -> Outcome:
    """Return what the real rules make of a matter as it is known."""
    told = matter.told.with_danger(matter.dangers)
    alarm = told.sounded(Alarm(matter.danger is not None, matter.danger, 0.0))
    proposed = propose_urgency(
        matter.entry, alarm.urgency, told.over(matter.read), matter.raised
    )
    levels = [int(proposed.urgency), *([] if matter.chosen is None else [matter.chosen])]
    urgency = min(levels)
    chosen = choose_bodies(replace(matter.route, urgency=urgency), directory, chains)
    return Outcome(
        urgency,
        str(chosen.lead),
        tuple(str(body) for body, _ in chosen.co_executors),
        tuple(matter.entry.hand_off) if urgency <= _URGENT else (),
        told.says("power"),
    )


def next_question(
    names: Iterable[str],
    matter: Matter,
    directory: Directory,
    chains: Mapping[str, Sequence[str]],
    regions: Sequence[str] = (),
) -> Ask | None:
    """Return the question that would change most, or None when none changes anything.

    `names`: the facts that may be asked of this matter, the more pressing first; `regions`:
    where it may be, tried when the region is not known.
    """

    def judged(one: Matter) -> Outcome:
        return outcome(one, directory, chains)

    asks = [
        compared(name, *(judged(_answered(matter, name, said)) for said in (NO, YES)))
        for name in names
        if not matter.told.knows(name)
    ]
    if matter.route.region is None and regions:
        now = judged(matter)
        there = [replace(matter, route=replace(matter.route, region=r)) for r in regions]
        tried = [compared(REGION, now, judged(one)) for one in there]
        asks.append(max(tried, key=lambda ask: ask.weight))
    best = max(asks, key=lambda ask: ask.weight, default=None)
    return best if best is not None and best.weight > 0 else None


def compared(name: str, one: Outcome, other: Outcome) -> Ask:
    """Return what depends on a question whose answers lead to these two outcomes."""
    rung = tuple(s for s in other.hand_off if s not in one.hand_off)
    moves = one.lead != other.lead or one.held != other.held
    weight = (
        _LEVEL * abs(one.urgency - other.urgency)
        + _HELD * (one.held != other.held)
        + _LEAD * (one.lead != other.lead)
        + _RUNG * len(set(one.hand_off) ^ set(other.hand_off))
        + _HELPER * (one.helpers != other.helpers)
    )
    raised = other.urgency if other.urgency < one.urgency else None
    return Ask(name, raised, rung, moves, weight)


def _answered(matter: Matter, name: str, said: str) -> Matter:
    return replace(matter, told=matter.told.with_answer(name, said))
