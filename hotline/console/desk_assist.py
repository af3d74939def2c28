"""What helps while somebody talks: a question, topics, where it goes, who called, what to say."""

import asyncio
from collections.abc import Mapping
from typing import Any

from hotline.actions.look_for_earlier import Written, look_for_earlier
from hotline.cases.inbound import Identity
from hotline.cases.terms import BodyKind, Urgency
from hotline.console import advice
from hotline.console.desk_form import READ, receipts_in
from hotline.console.fields import LEVELS, whole
from hotline.console.pages.case import body_names
from hotline.console.shell import ALMATY
from hotline.identity.viewer import Viewer
from hotline.language.normalise import normalise
from hotline.routing.answered import NOTHING, Answered
from hotline.routing.danger import floor
from hotline.routing.looking import RoutingFacts
from hotline.routing.next_question import Ask, Matter, next_question
from hotline.routing.situation import read_situation
from hotline.routing.triage import TriageDecision, TriageFacts, triage
from hotline.runtime import Runtime
from hotline.store.transaction import Transaction

_STANDARD = 3  # nobody said how urgent it is
Sent = Mapping[str, str]


def judge(rt: Runtime, sent: Sent, told: Answered = NOTHING) -> TriageDecision | None:
    """Return what the rules make of the words so far; None without words."""
    text = sent.get("text", "")[:READ]
    if not text.strip():
        return None
    facts = TriageFacts(
        text=text,
        channel="call-note",
        stated_region=sent.get("region") or None,
        phone=sent.get("phone") or None,
        told=told.with_danger(rt.config.scripts.dangers),
    )
    return triage(facts, rt.triage)


async def assist(
    rt: Runtime, viewer: Viewer, sent: Sent, told: Answered, lang: str
) -> dict[str, Any]:
    """Return everything beside the form. Reads only; nothing of the form is stored."""
    judged = await asyncio.to_thread(judge, rt, sent, told)
    topic = sent.get("subcategory") or (judged.subcategory if judged else "")
    topic = topic if topic in rt.codes else ""
    chosen = int(sent["urgency"]) if sent.get("urgency") in LEVELS else None
    urgency = int(judged.urgency) if judged and chosen is None else chosen
    urgency = _STANDARD if urgency is None else urgency
    region = sent.get("region") or (judged.region if judged else None)
    region = region if region in rt.regions else None
    async with rt.transaction(viewer) as tx:
        way = await advice.way(
            rt, tx, subcategory=topic, urgency=urgency, region=region,
            district=sent.get("district") or None,
            language=judged.language if judged else lang,
        )  # fmt: skip
        ask = await _ask(rt, tx, sent, told, topic, region, chosen) if judged else None
        named = await body_names(tx, lang)
    found = advice.suggestions(rt, judged, sent.get("text", "")) if judged else []
    return {
        "judged": judged,
        "found": found,
        "way": way,
        "topic": topic,
        "urgency": urgency,
        "named": named,
        "ask": ask,
        "region": region,
        "held": told.says("power"),
        "earlier": await look_for_earlier(rt, viewer, _written(sent, topic, region)),
        "script": rt.config.scripts.script(topic),
        "questions": rt.config.scripts.questions,
        "notes": _notes(rt, sent, told, judged.language if judged else lang),
        "typed": {n: sent.get(n, "").strip() for n in ("extract", "release")},
        "linked": receipts_in(sent.get("linked", "")),
    }


async def _ask(
    rt: Runtime,
    tx: Transaction,
    sent: Sent,
    told: Answered,
    topic: str,
    region: str | None,
    chosen: int | None,
) -> Ask | None:
    """Return the one question that would change most about a matter like this."""
    entry = rt.codes.get(topic)
    if entry is None:
        return None
    read = normalise(sent.get("text", "")[:READ])
    seen = floor(read.text, rt.triage.danger)
    matter = Matter(
        entry=entry,
        danger=seen.urgency if seen.danger else None,
        read=read_situation(read, seen.hits, repeat=False),
        told=told,
        dangers=rt.config.scripts.dangers,
        raised=rt.triage.raised,
        route=RoutingFacts(
            subcategory=topic,
            lead=BodyKind(entry.lead),
            co_executors=tuple(BodyKind(kind) for kind in entry.co_executors),
            region=region,
            day=tx.now.astimezone(ALMATY).date(),
            excluded={},
            district=sent.get("district") or None,
        ),
        chosen=Urgency.LIFE if "danger_now" in sent else chosen,
    )
    names = [n for n, q in rt.config.scripts.questions.items() if q.fits(topic)]
    return next_question(
        names, matter, await rt.directory(tx), rt.config.referral.chains,
        [place.code for place in rt.config.places.regions[:1]],
    )  # fmt: skip


def _notes(rt: Runtime, sent: Sent, told: Answered, language: str) -> list[str]:
    """Return what was answered and may matter to whoever goes there, unless it is written."""
    lang = "kk" if language in ("kk", "mixed") else "ru"
    said = [
        one.note.in_language(lang)
        for name, one in rt.config.scripts.questions.items()
        if one.note is not None and told.says(name)
    ]
    return [one for one in said if one not in sent.get("safety_note", "")]


def _written(sent: Sent, topic: str, region: str | None) -> Written:
    return Written(
        text=sent.get("text", "")[:READ],
        identity=Identity(
            name=sent.get("name", "")[:200] or None,
            phone=sent.get("phone", "")[:40] or None,
        ),
        region=region,
        district=sent.get("district") or None,
        subcategory=topic,
        call_id=whole(sent.get("call_id", "")),
        not_same=receipts_in(sent.get("not_same", "")),
    )
