"""Which bodies act on a case: lead and co-executors, by category, region and date.

Facts in, decision out; every candidate and every exclusion is kept with its reason, so that
the choice can be explained and replayed. Competence and territory only; the choice of a
person inside the body is the body's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotline.cases.terms import BodyId, BodyKind
from hotline.routing.directory import Body, Directory

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


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """What the choice rests on."""

    subcategory: str
    lead: BodyKind
    co_executors: tuple[BodyKind, ...]
    region: str | None
    day: date
    excluded: Mapping[BodyId, str]  # body -> reason (declined, conflict)
    hints: tuple[str, ...] = ()  # hints of power that no person has looked at


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
    """Return who leads and who helps. There is always a lead: 111's own queue is the last.

    Errors: none. Source: config/referral.yaml, `chains`; contract, "Lead".
    """
    looked: list[Candidate] = []
    reasons: list[str] = []
    lead = _lead(facts, directory, chains.get(facts.lead, [facts.lead]), looked, reasons)
    helpers: list[tuple[BodyId, BodyKind]] = []
    missing: list[BodyKind] = []
    for kind in facts.co_executors:
        found = _first(facts, directory, kind, "co_executor", looked)
        if found is None:
            missing.append(kind)
        elif found.id != lead.id and (found.id, found.kind) not in helpers:
            helpers.append((found.id, found.kind))
    return RoutingDecision(
        lead.id, lead.kind, tuple(helpers), tuple(looked), tuple(reasons), tuple(missing)
    )


def _lead(
    facts: RoutingFacts,
    directory: Directory,
    chain: Sequence[str],
    looked: list[Candidate],
    reasons: list[str],
) -> Body:
    """Return the first body of the chain that may act, else 111's own duty queue."""
    if facts.region is None and facts.lead != BodyKind.OWN:
        reasons.append("region_unknown")
    else:
        for kind in chain:
            if BodyKind(kind) in NEVER_LEADS:
                continue
            found = _first(facts, directory, BodyKind(kind), "lead", looked)
            if found is not None:
                reasons.append(f"chain:{facts.lead}>{kind}")
                return found
        reasons.append("own_matter" if facts.lead == BodyKind.OWN else "chain_exhausted")
    return Body(OWN_QUEUE, BodyKind.OWN, None, date.min)


def _first(
    facts: RoutingFacts,
    directory: Directory,
    kind: BodyKind,
    part: str,
    looked: list[Candidate],
) -> Body | None:
    """Return the first body of `kind` that may act; note everyone who was looked at."""
    if facts.region is None:
        return None
    for body in directory.of(kind, facts.region):
        why_not = (
            body.acts_on(facts.day) or facts.excluded.get(body.id) or _hinted(facts, body)
        )
        looked.append(Candidate(body.id, body.kind, part, why_not))
        if why_not is None:
            return body
    return None


def _hinted(facts: RoutingFacts, body: Body) -> str | None:
    """Return the hint that speaks against `body`, or None."""
    for hint in facts.hints:
        if body.kind in POWER.get(hint, frozenset()):
            return f"conflict_hint:{hint}"
    return None


def may_offer_unseen(
    rules: Sequence[tuple[str, Sequence[str], Sequence[str], Sequence[int]]],
    sources: frozenset[str],
    subcategory: str,
    urgency: int,
) -> bool:
    """Return whether the first rule that fits lets the case be offered without a person.

    `rules` are (offer, sources, categories, urgencies); an empty list fits anything.
    """
    top = subcategory.partition(".")[0]
    for offer, from_sources, categories, urgencies in rules:
        if from_sources and not sources & set(from_sources):
            continue
        if categories and not {top, subcategory} & set(categories):
            continue
        if urgencies and urgency not in urgencies:
            continue
        return offer == "auto"
    return False
