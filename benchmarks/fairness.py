"""Is the work shared out fairly? A simulated year of 100,000 cases, with absences and surges.

`python -m benchmarks.fairness [--cases N]`. The rule is the product's own (routing.person);
beside it stands "first in list": the first person of the body who is there. Everything is
made up from one seed: districts of different size with posts by the norm (1 for 5,000
children) and part-time posts, cases by the children who live there, leave and illness,
days on which one district gets fifteen times as many cases, and who goes away hands on.

A district's work stays in the district, by law: a surge there makes its own people carry more
than the country's mean, whoever shares it out. So the promise is measured among the people of
each body (the worst body counts), and the figure over everybody stands beside it.

A person's load is what the open cases weigh for one full post, averaged over the days on
which the person was there. Units: days; load as in routing.load.
"""

import argparse
import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from hotline.routing.load import is_full, load_of, unevenness
from hotline.routing.person import PersonDecision, choose_person
from hotline.routing.seen import FORMAT, LEVELS, NormSeen, PersonSeen, StaffSeen

CASES, DAYS, LIMIT = 100_000, 365, 1.2
BODIES, CHILDREN, CHILDREN_PER_POST = 20, 6_900_000, 5_000
LOOK_BACK = 28
NORM = NormSeen(weights=(8.0, 5.0, 3.0, 2.0, 1.0), full_at=150.0)
_OFTEN = (2, 8, 30, 45, 15)  # percent of cases by urgency
_STAYS = (12, 15, 25, 30, 10)  # days that a case stays open, on average
_SHARES = (1.0, 1.0, 1.0, 0.75, 0.5)
_TONGUES = ((("kk", "ru"), 70), (("kk",), 20), (("ru",), 10))
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
Rule = Callable[[StaffSeen], PersonDecision]


@dataclass(slots=True)
class Person:
    """One specialist through the year."""

    seen: PersonSeen
    away: set[int]
    open: list[int] = field(default_factory=lambda: [0] * LEVELS)
    given: list[int] = field(default_factory=lambda: [0] * LEVELS)
    carried: float = 0.0
    there: int = 0

    def refresh(self, day: int) -> None:
        """Bring what is seen of the person up to `day`."""
        self.seen = msgspec.structs.replace(
            self.seen, open=tuple(self.open), given=tuple(self.given), away=day in self.away
        )


@dataclass(slots=True)
class Office:
    """A body with its people, its children, and the cases that somebody holds."""

    name: str
    children: int
    people: dict[int, Person]
    surges: set[int]
    holds: dict[int, tuple[int, int]] = field(
        default_factory=dict
    )  # case -> person, urgency


@dataclass(frozen=True, slots=True)
class Fairness:
    """Heaviest over mean load: over everybody, and over the people of the worst body."""

    everybody: float
    inside: float
    people: int
    handed_on: int
    nobody: int


def first_in_list(facts: StaffSeen) -> PersonDecision:
    """Return the first person who can take it: what a list without loads does."""
    able = [p.person for p in facts.people if not p.away and not is_full(p, facts.norm)]
    return PersonDecision(min(able, default=None), "first_in_list", ())


def simulate(
    rule: Rule, cases: int = CASES, bodies: int = BODIES, seed: int = 11
) -> Fairness:
    """Return how evenly `rule` shares out a year of cases."""
    chance = random.Random(seed)
    offices = _country(chance, bodies, CHILDREN * cases / CASES)
    weights = [
        [o.children * (15 if d in o.surges else 1) for o in offices] for d in range(DAYS)
    ]
    per_day = _per_day(chance, cases)
    year = _Year(rule)
    number = 0
    for day in range(DAYS):
        year.close(offices, day)
        for office in offices:
            for person in office.people.values():
                person.refresh(day)
        for office in offices:
            year.hand_on(office, day, chance)
        for at in chance.choices(range(len(offices)), weights[day], k=per_day[day]):
            number += 1
            year.arrive(offices[at], at, number, day, chance)
        for office in offices:
            for person in office.people.values():
                if day not in person.away:
                    person.carried += load_of(person.seen, NORM)
                    person.there += 1
    return _fairness(offices, year)


@dataclass(slots=True)
class _Year:
    """What happens to cases from day to day."""

    rule: Rule
    ends: list[tuple[int, int, int]] = field(default_factory=list)  # day, office, case
    lately: deque[tuple[int, Person, int]] = field(default_factory=deque)
    handed_on: int = 0
    nobody: int = 0

    def close(self, offices: list[Office], day: int) -> None:
        """End what ends on `day`; what was given four weeks ago is no longer lately."""
        while self.ends and self.ends[0][0] <= day:
            _, at, case = heapq.heappop(self.ends)
            held = offices[at].holds.pop(case, None)
            if held is not None:
                offices[at].people[held[0]].open[held[1]] -= 1
        while self.lately and self.lately[0][0] <= day - LOOK_BACK:
            _, person, urgency = self.lately.popleft()
            person.given[urgency] -= 1

    def arrive(
        self, office: Office, at: int, case: int, day: int, chance: random.Random
    ) -> None:
        """Give a new case to somebody."""
        urgency = chance.choices(range(LEVELS), _OFTEN)[0]
        stays = 1 + int(chance.expovariate(1 / _STAYS[urgency]))
        if self._give(office, case, urgency, day, chance):
            heapq.heappush(self.ends, (day + stays, at, case))

    def hand_on(self, office: Office, day: int, chance: random.Random) -> None:
        """Hand on what people hold who go away today."""
        leaving = {
            number
            for number, person in office.people.items()
            if day in person.away and day - 1 not in person.away
        }
        for case, (holder, urgency) in list(office.holds.items()):
            if holder in leaving:
                office.people[holder].open[urgency] -= 1
                office.people[holder].refresh(day)
                del office.holds[case]
                self.handed_on += 1
                self._give(office, case, urgency, day, chance, instead_of=holder)

    def _give(
        self,
        office: Office,
        case: int,
        urgency: int,
        day: int,
        chance: random.Random,
        instead_of: int | None = None,
    ) -> bool:
        facts = StaffSeen(
            format=FORMAT,
            body=office.name,
            at=_BEGIN + timedelta(days=day),
            urgency=urgency,
            language=chance.choices(("kk", "ru"), (60, 40))[0],
            norm=NORM,
            people=tuple(person.seen for person in office.people.values()),
            instead_of=instead_of,
        )
        chosen = self.rule(facts).person
        if chosen is None:
            self.nobody += 1  # the product asks the next body
            return False
        person = office.people[chosen]
        person.open[urgency] += 1
        person.given[urgency] += 1
        person.refresh(day)
        self.lately.append((day, person, urgency))
        office.holds[case] = (chosen, urgency)
        return True


def _country(chance: random.Random, bodies: int, everywhere: float) -> list[Office]:
    parts = [chance.uniform(0.5, 2.0) for _ in range(bodies)]
    offices = []
    number = 0
    for at, part in enumerate(parts):
        children = round(everywhere * part / sum(parts))
        people = {}
        posts = 0.0
        while posts < children / CHILDREN_PER_POST:
            number += 1
            share = chance.choice(_SHARES)
            tongues = chance.choices([t for t, _ in _TONGUES], [n for _, n in _TONGUES])[0]
            seen = PersonSeen(person=number, share=share, languages=tongues)
            people[number] = Person(seen, _away(chance))
            posts += share
        surges = {d + n for d in chance.sample(range(DAYS - 3), 2) for n in range(3)}
        offices.append(Office(f"body-{at:03}", children, people, surges))
    return offices


def _away(chance: random.Random) -> set[int]:
    """Return the days of a year on which a person is away: two leaves, some illness."""
    spans = [(chance.randrange(DAYS), 14), (chance.randrange(DAYS), 21)]
    spans += [(chance.randrange(DAYS), chance.randint(1, 8)) for _ in range(3)]
    return {day for begin, long in spans for day in range(begin, begin + long)}


def _per_day(chance: random.Random, cases: int) -> list[int]:
    days = chance.choices(
        range(DAYS), [0.5 if d % 7 in (5, 6) else 1.0 for d in range(DAYS)], k=cases
    )
    counted = [0] * DAYS
    for day in days:
        counted[day] += 1
    return counted


def _fairness(offices: list[Office], year: _Year) -> Fairness:
    loads = [[p.carried / p.there for p in o.people.values() if p.there] for o in offices]
    everybody = [load for inside in loads for load in inside]
    return Fairness(
        unevenness(everybody),
        max(map(unevenness, loads)),
        len(everybody),
        year.handed_on,
        year.nobody,
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """The product's rule beside the first in the list."""

    ours: Fairness
    first: Fairness


def run(cases: int = CASES, bodies: int = BODIES) -> Compared:
    """Return both rules over the same year."""
    return Compared(
        simulate(choose_person, cases, bodies), simulate(first_in_list, cases, bodies)
    )


def report(found: Compared) -> None:
    """Print what was found."""
    for name, one in (("least load", found.ours), ("first in list", found.first)):
        print(
            f"{name:14} max/mean: everybody {one.everybody:.3f}, worst body {one.inside:.3f};"
            f" {one.people} people, {one.handed_on} handed on, {one.nobody} to the next body"
        )


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fairness")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--bodies", type=int, default=BODIES)
    asked = parser.parse_args()
    report(run(asked.cases, asked.bodies))


if __name__ == "__main__":
    main()
