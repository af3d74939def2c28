"""Whether two contacts may tell of one person: a score with reasons, for a person to judge.

A number alone is at most a weak hint, whatever else fits: families share phones. Nothing is
joined here, and nothing that uses this joins by itself (docs/adr/0014).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hotline.config.likeness import LinksConfig, LinkWeights
from hotline.routing.likeness import NO_WORDS, Sketch, alike

_VERY_ALIKE = 0.8  # of two texts: one message sent twice, whatever the names say
_TWO_WORDS = 2


class Names(StrEnum):
    """How two names stand to each other."""

    SAME = "same"
    FIRST = "first"  # all that is known of one is a first name, and the other has it
    PARTLY = "partly"  # a word in common: a family, or one person written differently
    DIFFER = "differ"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """How much a suggestion weighs."""

    WEAK = "weak"
    LIKELY = "likely"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Traces:
    """What one contact may be compared by; hashes only, and where and when."""

    contact_id: int
    at: datetime
    thread: bytes | None = None
    phones: frozenset[bytes] = frozenset()
    name_pairs: frozenset[bytes] = frozenset()
    name_words: frozenset[bytes] = frozenset()
    region: str | None = None
    district: str | None = None
    site: str | None = None
    category: str | None = None
    sketch: Sketch = NO_WORDS


@dataclass(frozen=True, slots=True)
class Reason:
    """One trace that both have: a code, and how much it says."""

    code: str
    number: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two contacts compare."""

    other_id: int
    score: float
    level: Level
    reasons: tuple[Reason, ...]


def names_of(one: Traces, other: Traces) -> Names:
    """Return how the two names stand to each other, by their sounds."""
    if not (one.name_words and other.name_words):
        return Names.UNKNOWN
    if one.name_pairs & other.name_pairs:
        return Names.SAME
    if not one.name_words & other.name_words:
        return Names.DIFFER
    lone = min(len(one.name_words), len(other.name_words)) < _TWO_WORDS
    return Names.FIRST if lone else Names.PARTLY


def compare(new: Traces, old: Traces, policy: LinksConfig) -> Likeness | None:
    """Return how alike two contacts are, or None where it is not worth a look."""
    if abs(new.at - old.at) > timedelta(days=policy.days):
        return None
    names = names_of(new, old)
    reasons = [
        *_who(new, old, names, policy.weights),
        *_what(new, old, policy),
        *_where_and_when(new, old, policy.weights),
    ]
    left = 1.0
    for reason in reasons:
        left *= 1 - reason.number
    score = 1 - left
    if new.region and old.region and new.region != old.region:
        score *= policy.elsewhere
        reasons.append(Reason("elsewhere", policy.elsewhere))
    score, reasons = _held_back(score, reasons, names, policy)
    # The place, topic or day alone would pair strangers: somebody must be in common.
    if score < policy.suggest_from or not _TELLING & {r.code for r in reasons}:
        return None
    return Likeness(
        old.contact_id, round(score, 3), level_of(score, policy), tuple(reasons)
    )


_TELLING = frozenset({"thread", "number", "name", "text"})


def best(
    new: Traces, others: Iterable[Traces], policy: LinksConfig
) -> tuple[Likeness, ...]:
    """Return the suggestions for one contact, best first; few, since a person reads them."""
    found = [
        likeness
        for other in others
        if other.contact_id != new.contact_id
        and (likeness := compare(new, other, policy)) is not None
    ]
    found.sort(key=lambda one: (-one.score, -one.other_id))
    return tuple(found[: policy.suggestions])


def _who(new: Traces, old: Traces, names: Names, weights: LinkWeights) -> list[Reason]:
    found = []
    if new.thread is not None and new.thread == old.thread:
        found.append(Reason("thread", weights.thread))
    if new.phones & old.phones:
        found.append(Reason("number", weights.number))
    if names is Names.SAME:
        found.append(Reason("name", weights.name))
    if names is Names.FIRST:
        found.append(Reason("first_name", weights.first_name))
    return found


def _what(new: Traces, old: Traces, policy: LinksConfig) -> list[Reason]:
    found = []
    share = alike(new.sketch, old.sketch)
    if share >= policy.text_from:
        found.append(Reason("text", round(share * policy.weights.text, 3)))
    if new.category is not None and new.category == old.category:
        found.append(Reason("topic", policy.weights.topic))
    return found


def _where_and_when(new: Traces, old: Traces, weights: LinkWeights) -> list[Reason]:
    found = []
    if new.site is not None and new.site == old.site:
        found.append(Reason("site", weights.site))
    elif new.district is not None and new.district == old.district:
        found.append(Reason("district", weights.district))
    elif new.region is not None and new.region == old.region:
        found.append(Reason("region", weights.region))
    if abs(new.at - old.at) <= timedelta(days=1):
        found.append(Reason("day", weights.day))
    return found


def _held_back(
    score: float, reasons: list[Reason], names: Names, policy: LinksConfig
) -> tuple[float, list[Reason]]:
    """Keep a shared phone or account weak unless the name or the text itself agrees."""
    codes = {reason.code: reason.number for reason in reasons}
    if names in (Names.DIFFER, Names.PARTLY) and {"number", "thread"} & set(codes):
        reasons = [*reasons, Reason("names_differ", policy.weak_at_most)]
    elif names is Names.SAME or "thread" in codes or "number" not in codes:
        return score, reasons
    if codes.get("text", 0.0) >= _VERY_ALIKE * policy.weights.text:
        return score, reasons
    return min(score, policy.weak_at_most), reasons


def level_of(score: float, policy: LinksConfig) -> Level:
    """Return how much a score weighs."""
    if score >= policy.strong_from:
        return Level.STRONG
    return Level.LIKELY if score >= policy.likely_from else Level.WEAK
