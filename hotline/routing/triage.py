"""Triage of one contact: facts in, decision out. Composes the rules."""

from dataclasses import dataclass

from hotline.cases.terms import Urgency
from hotline.language.detect import Language, Script, detect
from hotline.language.normalise import Normalised, normalise
from hotline.routing.alarm import judge_danger
from hotline.routing.answered import NOTHING, Answered
from hotline.routing.classify import SHOWN, Classified, Ranked, classify
from hotline.routing.conflict import hint_conflicts
from hotline.routing.danger import Floor, floor
from hotline.routing.doubt import Doubtful, doubts
from hotline.routing.explain import Explained, Reason, explain
from hotline.routing.policy import TriagePolicy, compile_policy
from hotline.routing.reading import Reading
from hotline.routing.region import RegionDecision, resolve_region
from hotline.routing.situation import read_situation
from hotline.routing.urgency import propose_urgency

__all__ = ["TriageDecision", "TriageFacts", "TriagePolicy", "compile_policy", "triage"]


@dataclass(frozen=True, slots=True)
class TriageFacts:
    """What is known about one contact. `repeat`: the same child within 90 days.

    `told`: what the caller answered to a person at 111.
    """

    text: str
    channel: str = ""
    lang_hint: str | None = None
    stated_region: str | None = None
    phone: str | None = None
    site: str | None = None
    repeat: bool = False
    told: Answered = NOTHING


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
    reading: Reading | None = None,
    model_version: str = "",
) -> TriageDecision:
    """Return the decision for one contact. Pure and total: any text gets an answer.

    `reading` is what a model says of this text; without one the decision rests on rules
    alone, says so, and waits for a person. Rules and model only raise danger.
    """
    read = normalise(facts.text)
    detected = detect(read)
    seen = floor(read, policy.danger)
    classified = _classified(read, policy, seen, reading)
    alarm = facts.told.sounded(judge_danger(seen, reading))
    code = classified.ranked[0].code
    situation = facts.told.over(read_situation(read, seen.hits, repeat=facts.repeat))
    proposed = propose_urgency(
        policy.by_code[code], alarm.urgency, situation, policy.raised
    )
    place = resolve_region(
        read,
        policy.gazetteer,
        site=facts.site,
        stated=facts.stated_region,
        phone=facts.phone,
    )
    hints = hint_conflicts(read, policy.conflict)
    powerful = _powerful(reading)
    unsure = doubts(
        Doubtful(
            seen=seen,
            reading=reading,
            classified=classified,
            held_at_default=proposed.needs_human,
            region_unsure=place.asked,
            cut=read.cut,
        )
    )
    return TriageDecision(
        category=code.partition(".")[0],
        subcategory=code,
        alternatives=classified.ranked,
        confidence=classified.confidence,
        urgency=proposed.urgency,
        danger=alarm.danger,
        danger_score=alarm.score,
        region=place.region,
        district=place.district,
        region_candidates=_candidates(place),
        language=detected.language,
        script=detected.script,
        needs_human=bool(unsure),
        conflict_hint=tuple(
            dict.fromkeys([*(str(hint.kind) for hint in hints), *powerful])
        ),
        reasons=explain(
            Explained(read, seen, reading, proposed, place, hints, powerful, unsure)
        ),
        policy_version=policy.version,
        model_version=_named(model_version, reading, policy),
    )


def _classified(
    read: Normalised, policy: TriagePolicy, seen: Floor, reading: Reading | None
) -> Classified:
    """Return the codes, best first: by the model where one read the text, else by rules."""
    if reading is None:
        return classify(read, policy.topics, seen.hits)
    best = sorted(
        (pair for pair in reading.codes.items() if pair[0] in policy.by_code),
        key=lambda pair: -pair[1],
    )
    ranked = tuple(Ranked(code, round(share, 4)) for code, share in best[:SHOWN])
    return Classified(ranked, round(reading.confidence, 4))


def _powerful(reading: Reading | None) -> tuple[str, ...]:
    """Return the kinds of bodies over which the model suspects that somebody has power."""
    if reading is None:
        return ()
    return tuple(
        kind for kind, share in reading.power.items() if share >= reading.limits.power
    )


def _named(version: str, reading: Reading | None, policy: TriagePolicy) -> str:
    """Return what judged: the weights, and whether the encoder was missing."""
    if reading is None:
        return f"rules-only:{policy.version}"
    return version if reading.whole else f"{version}:no-encoder"


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
