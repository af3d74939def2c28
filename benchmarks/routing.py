"""How long a choice of body and person takes: 1,000 bodies, 5,000 people, no I/O.

`python -m benchmarks.routing [--times N]`. One choice is everything pure: which bodies are in
question, the decision, its stored form, then the person and its stored form.
"""

import argparse
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.country import country
from benchmarks.latency import percentile
from hotline.cases.terms import BodyId, BodyKind, PersonId
from hotline.routing.directory import Directory
from hotline.routing.looking import RoutingFacts, Staffing, look
from hotline.routing.office import OWN_QUEUE, decide
from hotline.routing.person import choose_person
from hotline.routing.replay import person_columns, route_columns
from hotline.routing.seen import FORMAT, NormSeen, PersonSeen, StaffSeen

LIMIT_MS = 5.0
TIMES = 5_000
REGIONS, DISTRICTS, PEOPLE_EACH = 20, 48, 5
CHAINS = {"GUARD": ["GUARD", "UZPD"]}
_NORM = NormSeen(weights=(8.0, 5.0, 3.0, 2.0, 1.0), full_at=150.0)
_NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds of every choice, and how big the directory was."""

    milliseconds: list[float]
    bodies: int
    people: int


def run(times: int = TIMES) -> Measured:
    """Return how long `times` choices took, each of another place; some people are away."""
    chance = random.Random(7)
    directory = country(REGIONS, DISTRICTS, PEOPLE_EACH)
    everybody = [one.person for people in directory.people.values() for one in people]
    out = dict.fromkeys(chance.sample(everybody, len(everybody) // 10), "absent")
    open_now = {one: tuple(chance.randrange(4) for _ in range(5)) for one in everybody}
    took = []
    for _ in range(times):
        facts = _question(chance)
        began = time.thread_time()
        _choose(facts, directory, Staffing(out), open_now)
        took.append((time.thread_time() - began) * 1_000)
    return Measured(took, len(directory.bodies), len(everybody))


def _question(chance: random.Random) -> RoutingFacts:
    region = chance.randrange(10, 10 + REGIONS)
    district = f"{region}{chance.randrange(DISTRICTS):02}0000"
    helpers = (BodyKind.COMM, BodyKind.UZPD)
    return RoutingFacts(
        "VIO.PHY", BodyKind.GUARD, helpers, str(region), _NOW.date(), {}, district=district
    )


def _choose(
    facts: RoutingFacts,
    directory: Directory,
    staffing: Staffing,
    open_now: dict[PersonId, tuple[int, ...]],
) -> None:
    seen = look(facts, directory, CHAINS, staffing)
    chosen = decide(seen)
    route_columns(seen, chosen)
    assert chosen.lead != OWN_QUEUE
    people = tuple(
        PersonSeen(
            person=one.person, open=open_now[one.person], away=one.person in staffing.out
        )
        for one in directory.people[BodyId(chosen.lead)]
    )
    staff = StaffSeen(
        format=FORMAT,
        body=chosen.lead,
        at=_NOW,
        urgency=3,
        language="ru",
        norm=_NORM,
        people=people,
    )
    person_columns(staff, choose_person(staff))


def report(found: Measured) -> None:
    """Print what was measured."""
    half, late = percentile(found.milliseconds, 0.5), percentile(found.milliseconds, 0.99)
    print(
        f"{found.bodies} bodies, {found.people} people, {len(found.milliseconds)} choices:"
        f" p50 {half:.3f} ms, p99 {late:.3f} ms"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing")
    parser.add_argument("--times", type=int, default=TIMES)
    report(run(parser.parse_args().times))


if __name__ == "__main__":
    main()
