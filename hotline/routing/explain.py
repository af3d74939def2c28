"""Why a decision came out so: rules, places in the text, words."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.language.normalise import Normalised
from hotline.routing.conflict import ConflictHint
from hotline.routing.danger import Floor
from hotline.routing.region import RegionDecision
from hotline.routing.urgency import ProposedUrgency

_MOST = 40  # reasons; a long letter may hold more, and nobody would read them


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule or feature, where it stands in the text, and the words; [0, 0] for none."""

    rule: str
    span: tuple[int, int]
    text: str


def explain(
    read: Normalised,
    seen: Floor,
    proposed: ProposedUrgency,
    place: RegionDecision,
    hints: Sequence[ConflictHint],
    unsure: Sequence[str],
) -> tuple[Reason, ...]:
    """Return the reasons: danger first, then urgency, region, conflict, doubts."""
    reasons = [
        Reason(
            f"danger:{hit.rule}"
            + (f":lowered_by_{hit.lowered_by}" if hit.lowered_by else ""),
            hit.span,
            hit.text,
        )
        for hit in seen.hits
    ]
    reasons += [Reason(f"urgency:{name}", (0, 0), "") for name in proposed.reasons]
    for candidate in place.candidates:
        span = candidate.span or (0, 0)
        rule = f"region:{candidate.evidence.kind}:{candidate.code}"
        reasons.append(Reason(rule, span, read.text[span[0] : span[1]]))
    for hint in hints:
        words = read.text[hint.span[0] : hint.span[1]]
        reasons.append(Reason(f"conflict:{hint.kind}:{hint.rule}", hint.span, words))
    reasons += [Reason(name, (0, 0), "") for name in unsure]
    return tuple(reasons[:_MOST])
