"""Who on duty is woken next: the shift by rank, heads, the body above, at last 111's shift.

Facts in, decision out. A step with nobody behind it is skipped at once, and every skip keeps
its reason, so that the chain can be explained afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hotline.cases.terms import BodyId, PersonId
from hotline.errors import RuleForbids


@dataclass(frozen=True, slots=True)
class Post:
    """One body of the chain: whose shift it is now, by rank, then its head and deputies."""

    body: BodyId
    shift: tuple[PersonId, ...] = ()
    heads: tuple[PersonId, ...] = ()
    closed: str | None = None  # why nobody of this body may be told: conflict, planned ...


@dataclass(frozen=True, slots=True)
class Skipped:
    """A step with nobody to wake, or a person who cannot be."""

    body: BodyId
    person: PersonId | None
    reason: str


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """What the choice rests on."""

    posts: Sequence[Post]  # nearest first; 111's own is the last
    absent: Mapping[PersonId, PersonId | None] = field(default_factory=dict)  # deputy
    asked: frozenset[PersonId] = frozenset()  # woken in this chain before
    apart: Mapping[PersonId, str] = field(default_factory=dict)  # who may not know, and why


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who is woken now. `person` None: the chain has ended, 111's whole shift is told."""

    body: BodyId
    person: PersonId | None
    step: str  # shift | head | end
    skipped: tuple[Skipped, ...] = ()


def next_on_duty(facts: DutyFacts) -> OnDuty:
    """Return who is woken next. Errors: ValueError without a single post."""
    skipped: list[Skipped] = []
    for post in facts.posts:
        if post.closed is not None:
            skipped.append(Skipped(post.body, None, post.closed))
            continue
        for step, people in (("shift", post.shift), ("head", post.heads)):
            if not people:
                skipped.append(Skipped(post.body, None, f"no_{step}"))
            for person in people:
                found = _standing_in(facts, post.body, person, skipped)
                if found is not None:
                    return OnDuty(post.body, found, step, tuple(skipped))
    if not facts.posts:
        raise ValueError("a chain needs at least 111's own post")
    return OnDuty(facts.posts[-1].body, None, "end", tuple(skipped))


def _standing_in(
    facts: DutyFacts, body: BodyId, person: PersonId, skipped: list[Skipped]
) -> PersonId | None:
    """Return the person, or who stands in for them while absent, or None."""
    seen: set[PersonId] = set()
    one: PersonId | None = person
    while one is not None and one not in seen:
        seen.add(one)
        if one in facts.apart:
            skipped.append(Skipped(body, one, facts.apart[one]))
            return None
        if one not in facts.absent:
            if one in facts.asked:
                skipped.append(Skipped(body, one, "asked_before"))
                return None
            return one
        skipped.append(Skipped(body, one, "absent"))
        one = facts.absent[one]
    return None


@dataclass(frozen=True, slots=True)
class Turn:
    """One shift of one person for one body."""

    person: PersonId
    rank: int
    from_at: datetime
    to_at: datetime


def check_turn(
    wanted: Turn, planned: Sequence[Turn], now: datetime, *, longest_days: int
) -> None:
    """Do nothing if `wanted` may be added to a body's roster.

    Errors: RuleForbids naming the field: `bad_span`, `in_past`, `too_long`, `bad_rank`,
    `rank_taken` (another shift of the same rank overlaps), `on_duty_already` (the same person
    at another rank).
    """
    if wanted.rank < 1:
        raise RuleForbids("rank: begin with 1", code="bad_rank", field="rank")
    if wanted.to_at <= wanted.from_at:
        raise RuleForbids("to: must be later than from", code="bad_span", field="to")
    if wanted.to_at <= now:
        raise RuleForbids("to: has passed", code="in_past", field="to")
    if wanted.to_at - wanted.from_at > timedelta(days=longest_days):
        raise RuleForbids(
            f"to: a shift lasts at most {longest_days} days", code="too_long", field="to"
        )
    for other in planned:
        apart = other.to_at <= wanted.from_at or wanted.to_at <= other.from_at
        if apart:
            continue
        if other.rank == wanted.rank:
            raise RuleForbids(
                f"rank {wanted.rank}: another shift overlaps",
                code="rank_taken",
                field="rank",
            )
        if other.person == wanted.person:
            raise RuleForbids(
                "person: has another shift then", code="on_duty_already", field="person"
            )
