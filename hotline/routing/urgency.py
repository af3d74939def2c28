"""The urgency that the machine proposes. Source: docs of 111, words that decide."""

from dataclasses import dataclass

from hotline.cases.terms import Urgency
from hotline.config.taxonomy import Subcategory

YOUNG = 5  # years


@dataclass(frozen=True, slots=True)
class SituationFacts:
    """What raises urgency by one level in some categories; None is unknown."""

    child_age: int | None = None
    disability: bool = False
    repeat: bool = False
    offender_at_home: bool = False
    weapon: bool = False

    def raising(self) -> tuple[str, ...]:
        """Return the names of the facts that raise."""
        young = self.child_age is not None and self.child_age < YOUNG
        named = {
            "child_under_5": young,
            "disability": self.disability,
            "repeat_within_90_days": self.repeat,
            "offender_at_home": self.offender_at_home,
            "weapon": self.weapon,
        }
        return tuple(name for name, holds in named.items() if holds)


@dataclass(frozen=True, slots=True)
class ProposedUrgency:
    """The proposal, the rules behind it, and whether the default had to be held back."""

    urgency: Urgency
    reasons: tuple[str, ...]
    needs_human: bool = False


def propose_urgency(
    category: Subcategory,
    danger_urgency: int | None,
    facts: SituationFacts,
    raised: frozenset[str],
) -> ProposedUrgency:
    """Return the machine's urgency: 0 or 1 if and only if there is danger.

    `danger_urgency` is the floor of the danger rules, None without danger; `raised` are
    the top codes in which facts raise by one level. Rules only raise; people lower.
    """
    raising = facts.raising() if category.code.partition(".")[0] in raised else ()
    step = 1 if raising else 0
    if danger_urgency is not None:
        urgency = Urgency(max(Urgency.LIFE, min(danger_urgency, Urgency.DAY) - step))
        return ProposedUrgency(urgency, ("danger_floor", *raising))
    default = category.default_urgency
    held = default < Urgency.HIGH
    urgency = Urgency(max(Urgency.HIGH, default - step))
    return ProposedUrgency(
        urgency, ("default_held_at_2" if held else "category_default", *raising), held
    )
