"""When a person must look at topic, region or body: doubts, by name. Nothing about danger."""

from dataclasses import dataclass

from hotline.routing.classify import AT_LEAST, Classified
from hotline.routing.danger import Floor
from hotline.routing.reading import Reading

SURE = 0.5  # confidence of rules alone below which a person must look
_CALM = 0.15  # share of the bell's threshold below which the model contradicts a firm rule


@dataclass(frozen=True, slots=True)
class Doubtful:
    """What is known when doubt is weighed. `held_at_default`: see `propose_urgency`."""

    seen: Floor
    reading: Reading | None
    classified: Classified
    held_at_default: bool
    region_unsure: bool
    cut: bool


def doubts(facts: Doubtful) -> tuple[str, ...]:
    """Return the names of the doubts; empty when nobody need look."""
    reading = facts.reading
    named = {
        "model_absent": reading is None,
        "encoder_absent": reading is not None and not reading.whole,
        "topic_unsure": facts.classified.confidence
        < (SURE if reading is None else reading.limits.sure),
        "rule_and_model_disagree": reading is not None and _disagree(facts, reading),
        "danger_word_lowered": any(hit.lowered_by for hit in facts.seen.hits),
        "default_held_at_2": facts.held_at_default,
        "region_unsure": facts.region_unsure,
        "text_cut": facts.cut,
    }
    return tuple(name for name, holds in named.items() if holds)


def _disagree(facts: Doubtful, reading: Reading) -> bool:
    """A firm rule rings while the model is calm, or names a code the model does not."""
    firm = [hit for hit in facts.seen.hits if hit.lowered_by is None]
    if not (facts.seen.danger and firm):
        return False
    if reading.danger < _CALM * reading.limits.danger:
        return True
    likely = {ranked.code for ranked in facts.classified.ranked[:AT_LEAST]}
    return firm[0].code not in likely
