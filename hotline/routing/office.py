"""Which bodies act on a case: lead and co-executors, by category, place and date.

Facts in, decision out; every candidate and every exclusion is kept with its reason, so that
the choice can be explained and replayed. Order of the choice: competence (the chain of the
category's lead) and territory (the district's body, the region's, the national one) first;
then who is excluded (declined, in conflict, a hint of power), then whether anybody is there
to take it. A body with nobody is passed over at once for the one above it, then for the
next of the chain, then for the way out of a conflict; 111's own queue is the last.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hotline.cases.terms import BodyId, BodyKind
from hotline.routing.directory import Directory
from hotline.routing.looking import RoutingFacts, look
from hotline.routing.seen import BodySeen, RouteSeen

OWN_QUEUE = BodyId("own-111")
# Police, ambulance and rescue are handed over by voice; they never lead a case.
NEVER_LEADS = frozenset({BodyKind.POLICE, BodyKind.AMB, BodyKind.ESOS})
# Which kinds a hint of power speaks of: such a body may not receive the case unseen.
POWER: Mapping[str, frozenset[BodyKind]] = {
    "police": frozenset({BodyKind.POLICE, BodyKind.CYBER, BodyKind.PROS}),
    "akimat": frozenset(
        {BodyKind.UZPD, BodyKind.GUARD, BodyKind.EDU, BodyKind.HEALTH, BodyKind.SOC}
    ),
    "guardianship": frozenset({BodyKind.GUARD, BodyKind.UZPD}),
    "school": frozenset({BodyKind.EDU}),
    "commissioner": frozenset({BodyKind.COMM}),
    "111": frozenset({BodyKind.OWN}),
}
FULL, NOBODY = "full", "nobody_there"  # the body may act, and cannot


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that was looked at."""

    body: BodyId
    kind: BodyKind
    part: str  # lead | co_executor
    excluded: str | None  # reason, or None when it may act


@dataclass(frozen=True, slots=True)
class RoutingDecision:
    """Who leads, who helps, and why."""

    lead: BodyId
    lead_kind: BodyKind
    co_executors: tuple[tuple[BodyId, BodyKind], ...]
    candidates: tuple[Candidate, ...]
    reasons: tuple[str, ...]
    missing: tuple[BodyKind, ...]  # co-executors that no body of the directory is


def choose_bodies(
    facts: RoutingFacts, directory: Directory, chains: Mapping[str, Sequence[str]]
) -> RoutingDecision:
    """Return who leads and who helps; nobody asked who is there (see `look`, `decide`)."""
    return decide(look(facts, directory, chains))


def decide(facts: RouteSeen) -> RoutingDecision:
    """Return who leads and who helps. There is always a lead: 111's own queue is the last.

    From the stored facts alone, so that any decision can be made again.
    Errors: none. Source: config/referral.yaml, `chains`; contract, "Lead".
    """
    looked: list[Candidate] = []
    lead, kind, reasons = _lead(facts, looked)
    helpers: list[tuple[BodyId, BodyKind]] = []
    missing: list[BodyKind] = []
    for wanted in facts.co_executors:
        found = _first(facts, wanted, looked)
        if found is None:
            missing.append(wanted)
        elif found.id != lead and (found.id, found.kind) not in helpers:
            helpers.append((BodyId(found.id), found.kind))
    return RoutingDecision(
        lead, kind, tuple(helpers), tuple(looked), reasons, tuple(missing)
    )


def _lead(
    facts: RouteSeen, looked: list[Candidate]
) -> tuple[BodyId, BodyKind, tuple[str, ...]]:
    """Return the first body that may act and can, else 111's own duty queue, and why."""
    if facts.lead == BodyKind.OWN:
        return OWN_QUEUE, BodyKind.OWN, ("own_matter",)
    if facts.region is None:
        return OWN_QUEUE, BodyKind.OWN, ("region_unknown",)
    asked: set[str] = set()
    for body, step in _ways(facts):
        if body.id in asked or body.kind in NEVER_LEADS:
            continue
        asked.add(body.id)
        why_not = _why_not(facts, body)
        looked.append(Candidate(BodyId(body.id), body.kind, "lead", why_not))
        if why_not is None:
            return BodyId(body.id), body.kind, (step,)
    return OWN_QUEUE, BodyKind.OWN, ("chain_exhausted",)


def _ways(facts: RouteSeen) -> Iterator[tuple[BodySeen, str]]:
    """Yield bodies in the order in which they are asked to lead, each with its reason."""
    by_id = {body.id: body for body in facts.bodies}
    for kind in facts.chain:
        here = _in_place(facts, kind)
        yield from ((body, f"chain:{facts.lead}>{kind}") for body in here)
        for body in here:
            above = by_id.get(body.parent or "")
            if above is not None and _why_not(facts, body) in (FULL, NOBODY):
                yield above, f"one_level_up:{body.id}>{above.id}"
    for name, step in facts.fallback:
        if name in by_id:
            yield by_id[name], f"fallback:{step}"


def _in_place(facts: RouteSeen, kind: str) -> list[BodySeen]:
    """Return the bodies of `kind` for the place: the district's, the region's, national."""
    here = [body for body in facts.bodies if body.kind == kind and _covers(body, facts)]
    return sorted(here, key=lambda body: (-_narrow(body), body.id))


def _covers(body: BodySeen, facts: RouteSeen) -> bool:
    if body.district is not None:
        return (body.region, body.district) == (facts.region, facts.district)
    return body.region in (None, facts.region)


def _narrow(body: BodySeen) -> int:
    return (body.region is not None) + (body.district is not None)


def _first(facts: RouteSeen, kind: BodyKind, looked: list[Candidate]) -> BodySeen | None:
    """Return the first body of `kind` that may help; note everyone who was looked at."""
    for body in _in_place(facts, kind) if facts.region is not None else ():
        why_not = _why_not(facts, body)
        looked.append(Candidate(BodyId(body.id), body.kind, "co_executor", why_not))
        if why_not is None:
            return body
    return None


def _why_not(facts: RouteSeen, body: BodySeen) -> str | None:
    """Return why the body may not act, or cannot, or None."""
    barred = body.acts_on(facts.day) or facts.excluded.get(body.id) or _hinted(facts, body)
    if barred is not None:
        return barred
    if body.capacity is not None and body.open >= body.capacity:
        return FULL
    return NOBODY if _deserted(body) else None


def _deserted(body: BodySeen) -> bool:
    """Return whether everybody there is out. A body without a login is rung up by 111.

    A body whose people are not in the directory yet is asked all the same: 111 hears at once
    that nobody there can answer in the console (actions/steps/suggest.py).
    """
    return bool(body.has_login and body.members and len(body.out) >= body.members)


def _hinted(facts: RouteSeen, body: BodySeen) -> str | None:
    """Return the hint that speaks against `body`, or None."""
    for hint in facts.hints:
        if body.kind in POWER.get(hint, frozenset()):
            return f"conflict_hint:{hint}"
    return None
