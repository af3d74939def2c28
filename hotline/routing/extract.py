"""What a body is told: for its purpose, from codes alone; and what an edit would expose.

The person's own words stay closed unless somebody at 111 opens them. A kind of body that
would expose a child by asking about it gets neither the topic nor the district.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotline.cases.terms import BodyKind
from hotline.config.purposes import PurposesConfig
from hotline.errors import RuleForbids

DISTRICT = "district"  # stands among what is hidden when only the region is told
SAME_WORDS = 5  # so many of the person's words in a row are a quotation
SHORTEST_NAME = 3
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\+?\d(?:[\s()\-.]*\d){6,}")  # a phone, an IIN


class Exposes(StrEnum):
    """What an extract would give away."""

    WORDS = "words"
    NUMBER = "number"
    NAME = "name"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Matter:
    """The facts of a case that an extract may name, in the language of the case."""

    subcategory: str
    topic: str
    region: str
    district: str
    kazakh: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A default extract: `hides` are the topics, and the district, closed to the body."""

    purpose: str
    text: str
    hides: tuple[str, ...]


def default_extract(
    config: PurposesConfig, kind: BodyKind, matter: Matter, purpose: str | None = None
) -> Told:
    """Return what a body of `kind` is told by default.

    Errors: RuleForbids when such a body is not asked for `purpose`.
    Source: config/purposes.yaml.
    """
    possible = config.kinds[kind]
    chosen = purpose or possible[0]
    if chosen not in possible:
        raise RuleForbids(
            f"such a body is asked for {', '.join(possible)}",
            code="unknown_purpose",
            field="purpose",
        )
    rule = config.purposes[chosen]
    near = rule.place == "district"
    hides = (*rule.hides, *(() if near else (DISTRICT,)))
    parts = [
        "" if hidden(hides, matter.subcategory) else matter.topic,
        matter.district if near and matter.district else matter.region,
        (rule.asks.kk if matter.kazakh else rule.asks.ru).rstrip("."),
    ]
    return Told(chosen, " ".join(f"{part}." for part in parts if part), hides)


def hidden(hides: Collection[str], subcategory: str) -> bool:
    """Return whether the topic is closed to a body with these `hides`."""
    return subcategory in hides or subcategory.partition(".")[0] in hides


def exposes(
    extract: str, *, narrative: str, names: Sequence[str], hidden_topic: str | None = None
) -> tuple[Exposes, ...]:
    """Return what `extract` would give away: a quotation, a number, a name, a closed topic.

    Errors: none. It looks for what is certain; a person answers for the rest.
    """
    said = _words(extract)
    found: list[Exposes] = []
    if _quotes(said, _words(narrative)):
        found.append(Exposes.WORDS)
    if _NUMBER.search(extract):
        found.append(Exposes.NUMBER)
    known = {w for name in names for w in _words(name) if len(w) >= SHORTEST_NAME}
    if known & set(said):
        found.append(Exposes.NAME)
    if hidden_topic and _words(hidden_topic) and _within(_words(hidden_topic), said):
        found.append(Exposes.TOPIC)
    return tuple(found)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("ё", "е"))


def _quotes(said: list[str], narrative: list[str]) -> bool:
    runs = {
        tuple(narrative[i : i + SAME_WORDS]) for i in range(len(narrative) - SAME_WORDS + 1)
    }
    return any(
        tuple(said[i : i + SAME_WORDS]) in runs for i in range(len(said) - SAME_WORDS + 1)
    )


def _within(part: list[str], whole: list[str]) -> bool:
    return any(whole[i : i + len(part)] == part for i in range(len(whole) - len(part) + 1))
