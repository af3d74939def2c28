"""The whole story of a stored clock, from its ledger: it stays true when the rules change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hotline.config.limit import CalendarKind
from hotline.sla.explain import Step, sentence
from hotline.sla.ledger import Line
from hotline.sla.wording import WORDING, Language

Names = Mapping[str, tuple[str, str]]  # of bodies: (kk, ru) by id


def story(
    lines: Sequence[Line],
    zone: ZoneInfo,
    language: Language,
    names: Names,
    english: str = "",
) -> list[Step]:
    """Return how a clock came to stand as it does: each deadline and what moved it.

    `english`: the clock's basis in English; a ledger keeps it in Kazakh and Russian alone.

    Units: moments in local time of `zone`, ISO 8601 with offset. Errors: none; what an old
    line does not say is left out.
    """
    steps: list[Step] = []
    for line in lines:
        steps += _told(_in_english(line, english), zone, language, names)
    return steps


def _in_english(line: Line, basis: str) -> Line:
    known = line.data.get("basis")
    if not known or not basis:
        return line
    return replace(line, data={**line.data, "basis": {**known, "en": basis}})


def story_text(steps: Sequence[Step], language: Language) -> str:
    """Return the story as sentences, a line each."""
    return "\n".join(sentence(step, language) for step in steps)


def _told(line: Line, zone: ZoneInfo, language: Language, names: Names) -> Iterator[Step]:
    data, at = line.data, _local(line.at, zone)
    match line.event:
        case "started":
            yield from _rests_on(data, zone, language, names)
        case "recomputed":
            yield Step("recomputed", at, str(data.get("why", "")))
            yield from _rests_on(data, zone, language, names)
        case "paused":
            yield Step("paused", at, str(data.get("reason", "")))
            yield Step("paused_by", str(data.get("by") or "—"))
            yield Step("resume_by", _text(data["resume_by"], zone))
        case "resumed":
            yield Step("resumed", at, "by_person" if data.get("by") else "by_itself")
            yield from _listed(data)
            yield Step("due", _text(data["due_at"], zone))
        case "extended":
            yield Step("extended", _text(data["due_at"], zone))
            yield Step("extended_by", str(data.get("by") or "—"))
        case "moved":
            yield Step("moved", at, _name(data.get("body"), names, language))
        case "breached":
            yield Step("breached", _text(data["due_at"], zone))
        case "met":
            yield Step("met", at)
        case "taken_back":
            yield Step("taken_back", at)
        case "cancelled":
            yield Step("cancelled", at, str(data.get("reason", "")))


def _rests_on(
    data: Mapping[str, Any], zone: ZoneInfo, language: Language, names: Names
) -> Iterator[Step]:
    """Return basis, rule, limit, what was counted, and the moment it came to."""
    basis = data.get("basis") or {}
    yield Step("basis", basis.get(language, ""), "law" if data.get("law") else "policy")
    yield Step("rule", str(data.get("policy", "")), str(data.get("calendar", "")))
    allowed = str(data.get("allowed", ""))
    if allowed:
        yield Step("limit", allowed)
    if allowed.endswith(CalendarKind.WORK):
        body = data.get("body")
        common = WORDING[language].notes["common_hours"]
        yield Step("hours", _name(body, names, language) if body else common)
    if "started_at" in data:
        yield Step("started", _text(data["started_at"], zone))
    yield from _listed(data)
    yield Step("due", _text(data["due_at"], zone))


def _listed(data: Mapping[str, Any]) -> Iterator[Step]:
    for kind, value, note in data.get("steps") or ():
        yield Step(kind, value, note)


def _name(body: Any, names: Names, language: Language) -> str:
    kk, ru = names.get(str(body), (str(body), str(body)))
    return kk if language == "kk" else ru


def _text(moment: str, zone: ZoneInfo) -> str:
    return _local(datetime.fromisoformat(moment), zone)


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="minutes")
