"""What a choice of bodies has to look at: few bodies, however many the directory holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from hotline.cases.terms import BodyId, BodyKind, PersonId
from hotline.routing.directory import Body, Directory
from hotline.routing.seen import FORMAT, BodySeen, RouteSeen


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """The question: what the case is, where, and who may not have it."""

    subcategory: str
    lead: BodyKind
    co_executors: tuple[BodyKind, ...]
    region: str | None
    day: date
    excluded: Mapping[BodyId, str]  # body -> reason (declined, conflict)
    hints: tuple[str, ...] = ()  # hints of power that no person has looked at
    district: str | None = None
    urgency: int = 3
    language: str = "ru"
    fallback: tuple[tuple[BodyId, str], ...] = ()  # the way out of a conflict, with steps


@dataclass(frozen=True, slots=True)
class Staffing:
    """Who is there: people who cannot take a case now, and open cases of limited bodies."""

    out: Mapping[PersonId, str] = field(default_factory=dict)  # absent | conflict | full
    open_cases: Mapping[BodyId, int] = field(default_factory=dict)


def in_question(
    facts: RoutingFacts, directory: Directory, chains: Mapping[str, Sequence[str]]
) -> tuple[Body, ...]:
    """Return every body that the choice may look at, in order of id.

    Few, however many the directory holds: those of the place, those above them, and the
    way out of a conflict.
    """
    if facts.region is None:
        return ()
    kinds = {*(BodyKind(k) for k in _chain(facts, chains)), *facts.co_executors}
    found: dict[BodyId, Body] = {}
    for kind in kinds:
        for body in directory.of(kind, facts.region, facts.district):
            found[body.id] = body
            above = directory.body(body.parent) if body.parent is not None else None
            if above is not None:
                found[above.id] = above
    for name, _ in facts.fallback:
        body_there = directory.body(name)
        if body_there is not None:
            found[name] = body_there
    return tuple(found[name] for name in sorted(found))


def look(
    facts: RoutingFacts,
    directory: Directory,
    chains: Mapping[str, Sequence[str]],
    staffing: Staffing | None = None,
) -> RouteSeen:
    """Return all that the choice rests on, as it is stored. Without `staffing` nobody counts."""
    return RouteSeen(
        subcategory=facts.subcategory,
        lead=facts.lead,
        day=facts.day,
        format=FORMAT,
        urgency=facts.urgency,
        language=facts.language,
        co_executors=facts.co_executors,
        region=facts.region,
        district=facts.district,
        hints=facts.hints,
        excluded={str(body): why for body, why in sorted(facts.excluded.items())},
        chain=_chain(facts, chains),
        fallback=facts.fallback,
        bodies=tuple(
            _seen(body, directory, staffing)
            for body in in_question(facts, directory, chains)
        ),
        directory=directory.version,
    )


def _chain(facts: RoutingFacts, chains: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(str(kind) for kind in chains.get(facts.lead, [facts.lead]))


def _seen(body: Body, directory: Directory, staffing: Staffing | None) -> BodySeen:
    seen = BodySeen(
        id=body.id,
        kind=body.kind,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
        status=body.status,
        region=body.region,
        district=body.district,
        parent=body.parent,
        has_login=body.has_login,
        capacity=body.capacity,
    )
    if staffing is None:
        return seen
    members = directory.people.get(body.id, ())
    out = tuple(
        (int(member.person), staffing.out[member.person])
        for member in members
        if member.person in staffing.out
    )
    return msgspec.structs.replace(
        seen,
        open=staffing.open_cases.get(body.id, 0),
        members=len(members),
        out=tuple(sorted(out)),
    )
