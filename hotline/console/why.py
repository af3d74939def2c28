"""Why triage decided so, in sentences a person reads: the words, the rule, the alternative."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotline.console.triage_words import DOUBT, URGENCY_REASON
from hotline.console.wording import Wording
from hotline.routing.danger import DangerRules

_QUOTED = 60  # characters of a quoted passage


@dataclass(frozen=True, slots=True)
class Because:
    """One sentence with the words of the text that it rests on, and its icon's name."""

    icon: str
    sentence: str
    words: tuple[str, ...] = ()


def because(
    w: Wording, rules: DangerRules, text: str, reasons: Sequence[Any]
) -> list[Because]:
    """Return the reasons of a stored decision, like ones together, danger first.

    `reasons` hold rule and span; the words are cut from `text`, which only the reader of
    the contact has.
    """
    code_of = {rule.id: rule.code for rule in rules.rules}
    scope_of = {scope.id: scope.kind for scope in rules.scopes}
    found: dict[tuple[str, str], list[str]] = {}
    for reason in reasons:
        begin, end = reason.span
        for told in _told(w, reason.rule, code_of, scope_of):
            words = found.setdefault(told, [])
            if 0 <= begin < end <= len(text):
                words.append(_short(text[begin:end]))
    return [
        Because(icon, sentence, tuple(dict.fromkeys(words)))
        for (icon, sentence), words in found.items()
    ]


def _short(words: str) -> str:
    return words if len(words) <= _QUOTED else f"{words[: _QUOTED - 1]}…"


def _told(
    w: Wording, rule: str, code_of: Mapping[str, str], scope_of: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield icon and sentence of one reason; nothing for one that says nothing new."""
    kind, _, rest = rule.partition(":")
    name, _, more = rest.partition(":")
    if kind == "danger":
        topic = w.topic(code_of.get(name))
        if more:
            scope = more.removeprefix("lowered_by_")
            lowered = w.of("lowered", scope_of.get(scope, scope))
            yield (
                "triangle-alert",
                w.say(
                    "Words of danger, lowered by {why}: {topic}", why=lowered, topic=topic
                ),
            )
        else:
            yield "siren", w.say("A rule of danger: {topic}", topic=topic)
    elif kind == "model" and name == "danger":
        yield "siren", w.say("The model suspects danger")
    elif kind == "model":
        yield "search", w.say("The model: {topic}", topic=w.topic(name))
    elif kind == "region":
        yield "map-pin", w.say("A place: {place}", place=w.short_place(more))
    elif kind == "conflict":
        power = w.of("conflict", name)
        yield "shield-alert", w.say("May have power over a body: {kind}", kind=power)
    elif kind == "urgency":
        if name in URGENCY_REASON:
            yield "clock", w.of("urgency_reason", name)
    elif kind in DOUBT:
        yield "eye", w.of("doubt", kind)
