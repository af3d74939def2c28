"""What the desk suggests while an operator types: topics with their words, and who gets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hotline.actions.steps import run_clocks
from hotline.actions.steps.extracts import told_by_default
from hotline.cases.terms import BodyId, BodyKind, ClockName, Regime, Urgency
from hotline.console.shell import ALMATY
from hotline.language.normalise import normalise
from hotline.routing.directory import Directory
from hotline.routing.looking import RoutingFacts
from hotline.routing.office import choose_bodies
from hotline.routing.triage import TriageDecision
from hotline.runtime import Runtime
from hotline.sla.deadline import due_for
from hotline.store.transaction import Transaction

SHOWN = 3
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic that may fit, how sure the machine is, and the words it rests on."""

    code: str
    percent: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """Where a case would go."""

    lead: str
    helpers: tuple[str, ...]
    hand_off: tuple[str, ...]
    accept_in: timedelta | None
    reasons: tuple[str, ...]
    told: Mapping[str, str]  # what each body would read, before anybody edits it
    terms: tuple[tuple[str, datetime], ...] = ()  # clock, due; were it offered now
    by: str = ""  # why this body leads: a code of `leads_by`
    overseen: bool = False  # the commissioner of the region is told at once


def suggestions(rt: Runtime, judged: TriageDecision, text: str) -> list[Suggestion]:
    """Return the best topics with the words of the text that speak for each."""
    spoken = _words_by_code(rt, text)
    danger = [r.text for r in judged.reasons if r.rule.startswith("danger:") and r.text]
    found = []
    for place, ranked in enumerate(judged.alternatives[:SHOWN]):
        words = [*(danger if place == 0 else []), *spoken.get(ranked.code, [])]
        unique = tuple(dict.fromkeys(words))[:_MOST_WORDS]
        found.append(Suggestion(ranked.code, round(ranked.score * 100), unique))
    return found


def _words_by_code(rt: Runtime, text: str) -> dict[str, list[str]]:
    """Return for each topic the words of `text` that belong to it, as they were written."""
    read, rules = normalise(text), rt.triage.topics
    spoken: dict[str, list[str]] = {}
    for match in rules.lexicon.find(read):
        code = rules.codes[rules.owners[match.concept][0]]
        begin, end = read.tokens[match.first].start, read.tokens[match.last].end
        spoken.setdefault(code, []).append(read.text[begin:end])
    return spoken


async def way(
    rt: Runtime,
    tx: Transaction,
    *,
    subcategory: str,
    urgency: int,
    region: str | None,
    hints: Sequence[str] = (),
    language: str | None = None,
    district: str | None = None,
) -> Way | None:
    """Return where a case of this matter, place and urgency would go; None without a topic."""
    entry = rt.config.taxonomy.by_code.get(subcategory)
    if entry is None:
        return None
    facts = RoutingFacts(
        subcategory=subcategory,
        lead=BodyKind(entry.lead),
        co_executors=tuple(BodyKind(kind) for kind in entry.co_executors),
        region=region,
        day=tx.now.astimezone(ALMATY).date(),
        excluded={},
        hints=tuple(hints),
        district=district,
        urgency=urgency,
    )
    directory: Directory = await rt.directory(tx)
    chosen = choose_bodies(facts, directory, rt.config.referral.chains)
    return Way(
        lead=str(chosen.lead),
        helpers=tuple(str(body) for body, _ in chosen.co_executors),
        hand_off=tuple(entry.hand_off) if urgency <= Urgency.DAY else (),
        accept_in=_accept_in(rt, tx.now, urgency),
        reasons=chosen.reasons,
        told=_told(
            rt,
            ((chosen.lead, chosen.lead_kind), *chosen.co_executors),
            SimpleNamespace(
                subcategory=subcategory,
                region=region,
                district=district,
                language=language,
            ),
        ),
        terms=_terms(rt, tx.now, urgency, district),
        by=chosen.reasons[0].partition(":")[0] if chosen.reasons else "",
        overseen=urgency <= Urgency.DAY
        and entry.about_child
        and entry.commissioner_oversight,
    )


def _terms(
    rt: Runtime, now: datetime, urgency: int, district: str | None
) -> tuple[tuple[str, datetime], ...]:
    """Return when each clock would be due; by common working hours, as of now."""
    rural = run_clocks.is_rural(rt, district)
    found = [
        (str(name), due_for(
            rt.config.sla, rt.calendar, name, now,
            urgency=Urgency(urgency), regime=Regime.SIGNAL, rural=rural,
        ))
        for name in (ClockName.EMERGENCY_HANDOFF, ClockName.ACCEPTANCE, *run_clocks.OF_THE_CASE)
    ]  # fmt: skip
    return tuple((name, deadline.due_at) for name, deadline in found if deadline)


def _told(
    rt: Runtime, asked: Sequence[tuple[BodyId, BodyKind]], row: Any
) -> dict[str, str]:
    """Return the default extract of each body, as it would stand in its referral."""
    return {str(body): told_by_default(rt, row, kind).text for body, kind in asked}


def _accept_in(rt: Runtime, now: datetime, urgency: int) -> timedelta | None:
    deadline = due_for(
        rt.config.sla,
        rt.calendar,
        ClockName.ACCEPTANCE,
        now,
        urgency=Urgency(urgency),
        regime=Regime.SIGNAL,
    )
    return deadline.due_at - now if deadline else None
