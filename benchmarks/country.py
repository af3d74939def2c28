"""A made-up country: regions with their own bodies, districts with theirs, and people."""

from datetime import date

from hotline.cases.terms import BodyId, BodyKind, PersonId
from hotline.routing.directory import Body, Directory, Member

SINCE = date(2020, 1, 1)


def country(regions: int, districts: int, people_each: int) -> Directory:
    """Return a directory: two bodies a region and one a district, with people in each."""
    bodies: list[Body] = []
    people: dict[BodyId, tuple[Member, ...]] = {}
    for region in range(10, 10 + regions):
        named = [
            (BodyKind.UZPD, f"uzpd-{region}", None),
            (BodyKind.COMM, f"comm-{region}", None),
        ]
        named += [
            (BodyKind.GUARD, f"guard-{region}-{n:02}", f"{region}{n:02}0000")
            for n in range(districts)
        ]
        for kind, name, district in named:
            body = Body(BodyId(name), kind, str(region), SINCE, district=district)
            first = len(bodies) * people_each + 1
            bodies.append(body)
            people[body.id] = tuple(
                Member(PersonId(first + n), "specialist") for n in range(people_each)
            )
    return Directory(tuple(sorted(bodies, key=lambda body: body.id)), "v", people)
