"""Which person of a body a case is suggested to. Anybody of the body may still accept.

Conflict and absence first, then duty, then the language of the case, then the lowest load
by the staffing norm; equal loads by what was given lately, then by id. The specialists come
before the deputy and the deputy before the head. A person who cannot take it is never
chosen; where nobody can, the decision says so and the case goes on to the next body.
"""

from dataclasses import dataclass

from hotline.routing.load import given_to, is_full, load_of
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


def choose_person(facts: StaffSeen) -> PersonDecision:
    """Return the person with the lowest load of the first step that has anybody.

    Errors: none. Stable: the order of `facts.people` changes nothing.
    Source: config/referral.yaml, `norm`; docs/adr/0011-who-is-given-a-case.md.
    """
    barred = {person: _barred(person, facts) for person in facts.people}
    able = [person for person, why in barred.items() if why is None]
    step, pool = _pool(facts, able)
    chosen = min(pool, key=lambda one: _order(one, facts, step), default=None)
    looked = tuple(
        PersonLooked(
            person.person,
            load_of(person, facts.norm),
            barred[person] or _passed_over(person, chosen, pool, facts),
        )
        for person in sorted(barred, key=lambda one: one.person)
    )
    return PersonDecision(chosen.person if chosen else None, step, looked)


def _barred(person: PersonSeen, facts: StaffSeen) -> str | None:
    """Return why the person cannot take it at all, or None."""
    for excluded, why in facts.excluded:
        if excluded == person.person:
            return why
    if person.away:
        return "absent"
    return "full" if is_full(person, facts.norm) else None


def _pool(facts: StaffSeen, able: list[PersonSeen]) -> tuple[str, list[PersonSeen]]:
    """Return the first step that has anybody, and everybody whom it has."""
    stand_ins = [person for person in able if person.person in _stand_ins(facts)]
    if stand_ins:
        return "stand_in", stand_ins
    on_duty = [person for person in able if person.shift is not None]
    if facts.duty_first and on_duty:
        return "duty", on_duty
    for suffix, people in (
        ("", [person for person in able if speaks(person, facts.language)]),
        ("_other_language", able),
    ):
        for position in _POSITIONS:
            pool = [person for person in people if person.position == position]
            if pool:
                return position + suffix, pool
    return "nobody", []


def _order(person: PersonSeen, facts: StaffSeen, step: str) -> tuple[float, ...]:
    rank = float(person.shift or 0) if step == "duty" else 0.0
    norm = facts.norm
    return rank, load_of(person, norm), given_to(person, norm), float(person.person)


def _passed_over(
    person: PersonSeen, chosen: PersonSeen | None, pool: list[PersonSeen], facts: StaffSeen
) -> str | None:
    """Return why somebody who could take it was not chosen."""
    if chosen is None or person is chosen:
        return None
    if person not in pool:
        return _in_no_pool(person, chosen, facts)
    if facts.duty_first and person.shift != chosen.shift:
        return "later_on_duty"
    more = load_of(person, facts.norm) > load_of(chosen, facts.norm)
    return "more_load" if more else "same_load"


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
    return {one.stand_in for one in facts.people if one.person == facts.instead_of}


def speaks(person: PersonSeen, language: str) -> bool:
    """Return whether the person speaks the language of the case."""
    if language in _EITHER:
        return not _SPOKEN.isdisjoint(person.languages)
    return language in person.languages
