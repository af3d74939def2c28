"""Why a decision came out so: rules, places in the text, words."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.language.normalise import Normalised
from hotline.routing.conflict import ConflictHint
from hotline.routing.danger import Floor
from hotline.routing.reading import Reading
from hotline.routing.region import RegionDecision
from hotline.routing.urgency import ProposedUrgency

_MOST = 40  # reasons; a long letter may hold more, and nobody would read them


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule or feature, where it stands in the text, and the words; [0, 0] for none."""

    rule: str
    span: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that a decision rests on. `powerful`: kinds that the model suspects."""

    read: Normalised
    seen: Floor
    reading: Reading | None
    proposed: ProposedUrgency
    place: RegionDecision
    hints: Sequence[ConflictHint]
    powerful: Sequence[str]
    unsure: Sequence[str]


def explain(facts: Explained) -> tuple[Reason, ...]:
    """Return the reasons: danger first, then urgency, region, conflict, doubts."""
    text = facts.read.text
    reasons = [
        Reason(
            f"danger:{hit.rule}"
            + (f":lowered_by_{hit.lowered_by}" if hit.lowered_by else ""),
            hit.span,
            hit.text,
        )
        for hit in facts.seen.hits
    ]
    reasons += _of_model(facts)
    reasons += [Reason(f"urgency:{name}", (0, 0), "") for name in facts.proposed.reasons]
    for candidate in facts.place.candidates:
        span = candidate.span or (0, 0)
        rule = f"region:{candidate.evidence.kind}:{candidate.code}"
        reasons.append(Reason(rule, span, text[span[0] : span[1]]))
    for hint in facts.hints:
        words = text[hint.span[0] : hint.span[1]]
        reasons.append(Reason(f"conflict:{hint.kind}:{hint.rule}", hint.span, words))
    told = {str(hint.kind) for hint in facts.hints}
    reasons += [
        Reason(f"conflict:{kind}:model", (0, 0), "")
        for kind in facts.powerful
        if kind not in told
    ]
    reasons += [Reason(name, (0, 0), "") for name in facts.unsure]
    return tuple(reasons[:_MOST])


def _of_model(facts: Explained) -> list[Reason]:
    """Return the words that the model's danger and topic rest on most."""
    if facts.reading is None:
        return []
    text = facts.read.text
    found = []
    if facts.reading.danger >= facts.reading.limits.danger and not facts.seen.danger:
        found.append(Reason("model:danger", (0, 0), ""))
    found += [
        Reason(f"model:{word.answer}", word.span, text[word.span[0] : word.span[1]])
        for word in facts.reading.words
    ]
    return found
