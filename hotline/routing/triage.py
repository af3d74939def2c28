"""Triage of one contact: facts in, decision out. Composes the rules."""

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.cases.terms import Urgency
from hotline.language.detect import Language, Script, detect
from hotline.language.normalise import normalise
from hotline.routing.classify import Ranked, classify
from hotline.routing.conflict import hint_conflicts
from hotline.routing.danger import Floor, floor
from hotline.routing.explain import Reason, explain
from hotline.routing.policy import TriagePolicy, compile_policy
from hotline.routing.region import RegionDecision, resolve_region
from hotline.routing.situation import read_situation
from hotline.routing.urgency import ProposedUrgency, propose_urgency

__all__ = ["TriageDecision", "TriageFacts", "TriagePolicy", "compile_policy", "triage"]

SURE = 0.5  # confidence below which a person must look at the topic


@dataclass(frozen=True, slots=True)
class TriageFacts:
    """What is known about one contact. `repeat`: the same child within 90 days."""

    text: str
    channel: str = ""
    lang_hint: str | None = None
    stated_region: str | None = None
    phone: str | None = None
    site: str | None = None
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class TriageDecision:
    """Every output of triage; see the contract of `hotline triage`."""

    category: str
    subcategory: str
    alternatives: tuple[Ranked, ...]
    confidence: float
    urgency: Urgency
    danger: bool
    danger_score: float
    region: str | None
    district: str | None
    region_candidates: tuple[dict[str, object], ...]
    language: Language
    script: Script
    needs_human: bool
    conflict_hint: tuple[str, ...]
    reasons: tuple[Reason, ...]
    policy_version: str
    model_version: str


def triage(
    facts: TriageFacts,
    policy: TriagePolicy,
    model: Mapping[str, float] | None = None,
    model_version: str = "",
) -> TriageDecision:
    """Return the decision for one contact. Pure and total: any text gets an answer.

    `model` holds the embedder's scores of this text; without them the decision rests on
    rules alone, says so, and waits for a person.
    """
    read = normalise(facts.text)
    detected = detect(read)
    seen = floor(read, policy.danger)
    classified = classify(read, policy.topics, seen.hits, model)
    code = classified.ranked[0].code
    situation = read_situation(read, seen.hits, repeat=facts.repeat)
    proposed = propose_urgency(policy.by_code[code], seen.urgency, situation, policy.raised)
    place = resolve_region(
        read,
        policy.gazetteer,
        site=facts.site,
        stated=facts.stated_region,
        phone=facts.phone,
    )
    hints = hint_conflicts(read, policy.conflict)
    unsure = _doubts(
        seen, proposed, place, sure=classified.confidence >= SURE, model=model, cut=read.cut
    )
    return TriageDecision(
        category=code.partition(".")[0],
        subcategory=code,
        alternatives=classified.ranked,
        confidence=classified.confidence,
        urgency=proposed.urgency,
        danger=seen.danger,
        danger_score=seen.score,
        region=place.region,
        district=place.district,
        region_candidates=_candidates(place),
        language=detected.language,
        script=detected.script,
        needs_human=bool(unsure),
        conflict_hint=tuple(dict.fromkeys(str(hint.kind) for hint in hints)),
        reasons=explain(read, seen, proposed, place, hints, unsure),
        policy_version=policy.version,
        model_version=model_version
        if model is not None
        else f"rules-only:{policy.version}",
    )


def _doubts(
    seen: Floor,
    proposed: ProposedUrgency,
    place: RegionDecision,
    *,
    sure: bool,
    model: Mapping[str, float] | None,
    cut: bool,
) -> tuple[str, ...]:
    """Return why a person must look at topic, region or body."""
    doubts = {
        "embedder_absent": model is None,
        "topic_unsure": not sure,
        "danger_word_lowered": any(hit.lowered_by for hit in seen.hits),
        "default_held_at_2": proposed.needs_human,
        "region_unsure": place.asked,
        "text_cut": cut,
    }
    return tuple(name for name, holds in doubts.items() if holds)


def _candidates(place: RegionDecision) -> tuple[dict[str, object], ...]:
    return tuple(
        {
            "code": found.code,
            "district": found.district,
            "score": round(found.score, 4),
            "evidence": found.evidence.kind,
            "span": list(found.span) if found.span else None,
        }
        for found in place.candidates
    )
