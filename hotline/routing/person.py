"""Which person of a body a case is suggested to. Anybody of the body may still accept.

Conflict and absence first, then duty, then the language of the case, then the lowest load
by the staffing norm, half of this case included (on half a post it weighs twice); equal loads
by what was given lately, then by id. The specialists come before the deputy and the deputy
before the head. A person who cannot take it is never chosen; where nobody can, the decision
says so and the case goes on to the next body.
"""

from dataclasses import dataclass
from functools import partial

from hotline.routing.load import given_to, load_of
from hotline.routing.seen import PersonSeen, StaffSeen

_POSITIONS = ("specialist", "deputy", "head")
_EITHER = frozenset({"mixed"})  # Kazakh and Russian in one text: either will do
_SPOKEN = frozenset({"kk", "ru"})


@dataclass(frozen=True, slots=True)
class PersonLooked:
    """A person who was looked at; `passed_over` is None for who was chosen."""

    person: int
    load: float
    passed_over: str | None


@dataclass(frozen=True, slots=True)
class PersonDecision:
    """Who is suggested, by which step, and why not the others. None: nobody can take it."""

    person: int | None
    step: str  # stand_in | duty | <position> | <position>_other_language | nobody
    looked: tuple[PersonLooked, ...]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A person with what they carry, counted once, and why they cannot take it."""

    seen: PersonSeen
    load: float
    amid_it: float  # the load halfway through taking this case
    given: float
    barred: str | None


def choose_person(facts: StaffSeen) -> PersonDecision:
    """Return who has the lowest load, with half of this case, of the first step with anybody.

    Errors: none. Stable: the order of `facts.people` changes nothing.
    Source: config/referral.yaml, `norm`; docs/adr/0011-who-is-given-a-case.md.
    """
    people = [_weigh(person, facts) for person in facts.people]
    able = [person for person in people if person.barred is None]
    step, pool = _pool(facts, able)
    chosen = min(pool, key=partial(_order, step=step), default=None)
    inside = {one.seen.person for one in pool}
    looked = [
        PersonLooked(
            one.seen.person,
            one.load,
            one.barred or _passed_over(one, chosen, inside, facts),
        )
        for one in people
    ]
    looked.sort(key=lambda one: one.person)
    return PersonDecision(chosen.seen.person if chosen else None, step, tuple(looked))


def _weigh(person: PersonSeen, facts: StaffSeen) -> _Weighed:
    """Return the person with load, and why they cannot take it at all, or None."""
    load = load_of(person, facts.norm)
    barred = next((why for who, why in facts.excluded if who == person.person), None)
    if barred is None and person.away:
        barred = "absent"
    if barred is None and load >= facts.norm.full_at:
        barred = "full"
    # Counting the whole case would leave small posts short, counting none would overload
    # them; half of it is even over time (as seats are shared out by Sainte-Laguë).
    amid_it = load + facts.norm.weights[facts.urgency] / person.share / 2
    return _Weighed(person, load, amid_it, given_to(person, facts.norm), barred)


def _pool(facts: StaffSeen, able: list[_Weighed]) -> tuple[str, list[_Weighed]]:
    """Return the first step that has anybody, and everybody whom it has."""
    named = _stand_ins(facts)
    stand_ins = [one for one in able if one.seen.person in named]
    if stand_ins:
        return "stand_in", stand_ins
    on_duty = [one for one in able if one.seen.shift is not None]
    if facts.duty_first and on_duty:
        return "duty", on_duty
    for suffix, people in (
        ("", [one for one in able if speaks(one.seen, facts.language)]),
        ("_other_language", able),
    ):
        for position in _POSITIONS:
            pool = [one for one in people if one.seen.position == position]
            if pool:
                return position + suffix, pool
    return "nobody", []


def _order(one: _Weighed, step: str) -> tuple[float, ...]:
    rank = float(one.seen.shift or 0) if step == "duty" else 0.0
    return rank, one.amid_it, one.given, float(one.seen.person)


def _passed_over(
    one: _Weighed, chosen: _Weighed | None, inside: set[int], facts: StaffSeen
) -> str | None:
    """Return why somebody who could take it was not chosen."""
    if chosen is None or one is chosen:
        return None
    if one.seen.person not in inside:
        return _in_no_pool(one.seen, chosen.seen, facts)
    if facts.duty_first and one.seen.shift != chosen.seen.shift:
        return "later_on_duty"
    return "more_load" if one.amid_it > chosen.amid_it else "same_load"


def _in_no_pool(person: PersonSeen, chosen: PersonSeen, facts: StaffSeen) -> str:
    """Return by which step somebody else came before."""
    if chosen.person in _stand_ins(facts):
        return "not_the_stand_in"
    if facts.duty_first and chosen.shift is not None:
        return "not_on_duty"
    if speaks(chosen, facts.language) and not speaks(person, facts.language):
        return "language"
    return "position"


def _stand_ins(facts: StaffSeen) -> set[int | None]:
    """Return who was named to stand in for the person that cannot go on."""
    if facts.instead_of is None:
        return set()
    return {one.stand_in for one in facts.people if one.person == facts.instead_of}


def speaks(person: PersonSeen, language: str) -> bool:
    """Return whether the person speaks the language of the case."""
    if language in _EITHER:
        return not _SPOKEN.isdisjoint(person.languages)
    return language in person.languages
