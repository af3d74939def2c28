"""Facts of the situation that a text states: a small child, disability, a weapon."""

import re

from hotline.language.normalise import Normalised
from hotline.routing.danger import Hit
from hotline.routing.urgency import YOUNG, SituationFacts

_YEARS = ("год", "лет", "жас", "годик")
_INFANT = re.compile(
    "младен|груднич|новорожд|нарест|саби|бопе|шакалак|годовал|двухлет|трехлет"
)
_DISABLED = re.compile("инвалид|мугедек|аутис|аутиз|дцп$|колясочн")
_CHILD = re.compile("ребен|мал|дет|сын|доч|внук|внуч|бала|кизим|улим|кишкентаи|плем")
_ARMED = frozenset({"armed", "husband_armed"})
_READ = 600  # words
_NEAR = 4


def read_situation(
    read: Normalised, hits: tuple[Hit, ...], *, repeat: bool
) -> SituationFacts:
    """Return what the text states. Ages without a child nearby are left alone."""
    words = [token.folded for token in read.tokens[:_READ]]
    firm = {hit.rule for hit in hits if hit.lowered_by is None}
    return SituationFacts(
        child_age=_youngest(words),
        disability=any(_DISABLED.match(word) for word in words),
        repeat=repeat,
        offender_at_home="breaking_in" in firm,
        weapon=bool(firm & _ARMED),
    )


def _youngest(words: list[str]) -> int | None:
    ages = [0] if any(_INFANT.match(word) for word in words) else []
    for index, word in enumerate(words[:-1]):
        if not (word.isdecimal() and len(word) <= 2):  # noqa: PLR2004
            continue
        unit = words[index + 1]
        around = words[max(0, index - _NEAR) : index + _NEAR + 1]
        if not any(_CHILD.match(other) for other in around):
            continue
        if (
            unit.startswith(_YEARS)
            and int(word) < YOUNG
            and not _span_of_time(words, index)
        ):
            ages.append(int(word))
        elif unit.startswith("месяц") and not _span_of_time(words, index):
            ages.append(0)
    return min(ages) if ages else None


def _span_of_time(words: list[str], index: int) -> bool:
    """Tell "2 года назад" and "уже 3 месяца" from an age."""
    after = words[index + 2] if index + 2 < len(words) else ""
    before = words[index - 1] if index else ""
    return after in {"назад", "бурин", "болди"} or before in {
        "уже",
        "через",
        "за",
        "второи",
    }
