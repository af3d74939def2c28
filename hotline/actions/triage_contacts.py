"""Use case (a job): read what came in, judge it, and open cases where policy says so.

Queues: urgent, bulk. Safe to run twice at once: the outbox rows are claimed inside the
transaction that applies the decisions.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hotline.actions.steps import complaints, follow_up, offer, run_clocks
from hotline.actions.steps.kept_decision import URGENT, ledger_row, stored
from hotline.actions.steps.offer_own import offer_by_silence
from hotline.actions.steps.open_case import CaseSeed, open_case
from hotline.actions.steps.sealed_message import Message, opened, unread
from hotline.cases.inbound import InboundKind
from hotline.cases.terms import (
    Channel,
    ClockName,
    ClockState,
    ContactState,
    JobName,
    QueueName,
    Regime,
)
from hotline.identity.viewer import TRIAGE
from hotline.routing.answered import Answered
from hotline.routing.reading import Reader, Reading
from hotline.routing.triage import TriageDecision, TriageFacts, triage
from hotline.routing.unseen import may_offer_unseen
from hotline.routing.wordless import doubted
from hotline.runtime import Runtime
from hotline.store import clocks, contacts, decisions, keys, links, outbox, sites
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Nudge, Transaction


async def triage_contacts(rt: Runtime, outbox_ids: Sequence[int]) -> int:
    """Triage the contacts that outbox rows `outbox_ids` promise; return how many were open.

    Reading and judging happen before the writing transaction, so that a slow model never
    holds locks. Errors: Unavailable; anything else is a poisoned contact.
    """
    async with rt.transaction(TRIAGE) as tx:
        open_rows = await outbox.claim(tx, JobName.TRIAGE_CONTACT, outbox_ids)
        rows = await contacts.by_ids(tx, [promise.subject_id for promise in open_rows])
        owners = await keys.load(tx, [row.id for row in rows])
        back = await _back_again(rt, tx, [row.id for row in rows])
        there = await sites.by_ids(tx, [row.site for row in rows if row.site])
        sent = {row.id: opened(row, owners.get(row.id)) for row in rows}
        mute = await unread(tx, rows, sent)
    facts = {
        row.id: _facts(
            row,
            sent[row.id],
            there.get(row.site),
            rt.config.scripts.dangers,
            repeat=row.id in back,
        )
        for row in rows
    }
    judged = await asyncio.to_thread(_judge, rt, facts, await rt.reader_now())
    async with rt.transaction(TRIAGE) as tx:
        still = [promise.id for promise in open_rows]
        claimed = await outbox.claim(tx, JobName.TRIAGE_CONTACT, still)
        subjects = [promise.subject_id for promise in claimed]
        roots = follow_up.Roots()
        await roots.lock(tx, subjects)
        for row in await contacts.by_ids(tx, subjects, lock=True):
            if row.triaged_at is None:
                again, mum = row.id in back, row.id in mute
                await _apply(rt, tx, row, roots, *judged[row.id], repeat=again, mute=mum)
        if claimed:
            await _let_compare(rt, tx, [promise.id for promise in claimed])
            tx.nudge(Nudge("board"))
    return len(claimed)


async def _let_compare(rt: Runtime, tx: Transaction, claimed: Sequence[int]) -> None:
    """Promise `compare_contacts` in the same commit: no hint is lost with a worker."""
    span = timedelta(seconds=rt.config.service.work.lease_s)
    await outbox.pass_on(tx, claimed, JobName.COMPARE_CONTACT, QueueName.BULK, span=span)


async def _back_again(rt: Runtime, tx: Transaction, contact_ids: list[int]) -> set[int]:
    """Return who was here within 90 days; by strong traces only, never by a number alone."""
    policy = rt.config.links
    return await links.repeats(
        tx,
        contact_ids,
        days=policy.repeat_days,
        hours=policy.conversation_hours,
        tops=rt.triage.raised,
    )


def _judge(
    rt: Runtime, facts: Mapping[int, tuple[TriageFacts, bool]], reader: Reader | None
) -> dict[int, tuple[TriageDecision, bool]]:
    """Return the decision on each contact; in a thread, since a model may take a second."""
    texts = [found.text for found, _ in facts.values()]
    readings: Sequence[Reading | None] = [None] * len(texts)
    if reader:
        readings = reader.read(texts) or readings
    version = reader.version if reader else ""
    return {
        contact_id: (triage(found, rt.triage, reading, version), declared)
        for (contact_id, (found, declared)), reading in zip(
            facts.items(), readings, strict=True
        )
    }


def _facts(
    row: Any, sent: Message, place: Any, dangers: Mapping[str, int], *, repeat: bool
) -> tuple[TriageFacts, bool]:
    """Return what the rules read, and whether a complaint about somebody was declared.

    `place`: the site of a poster's code, which is a place.
    """
    site = (place.district or place.region) if place else None
    facts = TriageFacts(
        text=sent.text,
        channel=row.channel,
        lang_hint=row.lang_hint,
        stated_region=row.region_hint,
        phone=sent.identity.get("phone"),
        site=site or row.site or sent.known.get("site"),
        repeat=repeat,
        told=Answered.of(sent.known.get("facts") or {}, dangers=dangers),
    )
    return facts, bool(sent.known.get("complaint_about"))


async def _apply(
    rt: Runtime,
    tx: Transaction,
    row: Any,
    roots: follow_up.Roots,
    judged: TriageDecision,
    declared: bool,
    *,
    repeat: bool,
    mute: bool,
) -> None:
    """Store the decision on one contact; machines only ever raise the floor's urgency."""
    decisions.store(tx, [ledger_row(row, judged, repeat=repeat)])
    judged = doubted(judged) if mute else judged
    # A call has no words yet: that nothing was read does not make it harmless.
    raises = row.danger or mute or (row.kind == InboundKind.CALL and row.seen_at is None)
    urgency = min(judged.urgency, row.urgency) if raises else int(judged.urgency)
    danger = urgency <= URGENT
    stands = row.state == ContactState.UNPARSED or row.case_id is not None
    await contacts.change(
        tx,
        row.id,
        {
            "state": row.state if stands or row.seen_at else ContactState.TRIAGED,
            "danger": danger,
            "danger_score": max(judged.danger_score, row.danger_score),
            "urgency": urgency,
            "language": judged.language,
            "triage": stored(judged, urgency),
            "triaged_at": tx.now,
        },
    )
    tx.record(
        "contact_triaged",
        contact_id=row.id,
        data={
            "subcategory": judged.subcategory,
            "urgency": urgency,
            "danger": danger,
            "region": judged.region,
            "needs_human": judged.needs_human,
            "model_version": judged.model_version,
        },
    )
    if row.seen_at is not None or row.case_id is not None:
        return  # a person was quicker: what a person decided stands
    if await _follow(rt, tx, row, roots, judged, urgency, declared=declared):
        return
    policy = _policy(rt, row, judged, urgency, declared)
    if not policy.offers:
        eyes = await clocks.unmet(tx, ClockOwner(contact_id=row.id))
        await run_clocks.recompute(rt, tx, eyes, urgency=urgency, regime=Regime.SIGNAL)
    if policy.opens:
        await _open(rt, tx, row, judged, urgency, policy)
    elif declared:  # who is complained of does not read it while it waits either
        where = complaints.place_of(tx, judged.region, judged.district)
        await complaints.hold_contact(rt, tx, row.id, where)


async def _follow(
    rt: Runtime,
    tx: Transaction,
    row: Any,
    roots: follow_up.Roots,
    judged: TriageDecision,
    urgency: int,
    *,
    declared: bool,
) -> bool:
    """Put the message under the open case of what it goes on from, where a machine may."""
    case = await roots.case_of(tx, row)
    if case is None:
        return False
    if not follow_up.may_join(row, judged.conflict_hint, case, declared=declared):
        return False
    case = await follow_up.join(rt, tx, row.id, urgency, case)
    if urgency <= URGENT and await _silent(tx, row.id):
        await offer_by_silence(rt, tx, case)
    return True


@dataclass(frozen=True, slots=True)
class _Policy:
    """What policy says of one judged contact."""

    opens: bool  # a case, inside 111
    offers: bool  # at once, without a person at 111
    hints: tuple[str, ...]  # of power; each holds every offer
    declared: bool  # the report names whom it complains of


def _policy(
    rt: Runtime, row: Any, judged: TriageDecision, urgency: int, declared: bool
) -> _Policy:
    """Open a case for danger, for a screened source, or where config/referral.yaml says auto.

    A complaint about a body, site or person holds every offer, as a hint in the text does.
    """
    sources = {"screened" if row.screened else "stranger", f"channel:{row.channel}"}
    if row.channel == Channel.PARTNER:
        sources.add(f"partner:{row.account}")
    auto = may_offer_unseen(
        rt.offer_rules, frozenset(sources), judged.subcategory, urgency
    ) and (row.screened or not judged.needs_human)
    opens = row.state != ContactState.UNPARSED and (
        auto or row.screened or urgency <= URGENT
    )
    hints = (*judged.conflict_hint, *(["declared"] if declared else []))
    return _Policy(opens, opens and auto and not hints, hints, declared)


async def _open(
    rt: Runtime,
    tx: Transaction,
    row: Any,
    judged: TriageDecision,
    urgency: int,
    policy: _Policy,
) -> None:
    opened = await open_case(
        rt,
        tx,
        CaseSeed(
            contact_id=row.id,
            channel=row.channel,
            received_at=row.received_at,
            language=judged.language,
            subcategory=judged.subcategory,
            urgency=urgency,
            urgency_by="machine",
            region=judged.region,
            district=judged.district,
            screened=row.screened,
            held=bool(policy.hints),
            conflict_hint=policy.hints,
            complaint=policy.declared or bool(row.apart),
        ),
    )
    if policy.offers:
        await offer.offer_case(rt, tx, opened, by="screened_source")
        await clocks.end(
            tx,
            ClockOwner(contact_id=row.id),
            state=ClockState.CANCELLED,
            names=[ClockName.HUMAN_EYES],
            reason="offered_by_policy",
        )
        clocks.refresh_due(tx, [opened.id])
    elif urgency <= URGENT and await _silent(tx, row.id):
        await offer_by_silence(rt, tx, opened)  # triage itself came too late
    await follow_up.join_waiting(rt, tx, row.id, opened.id)


async def _silent(tx: Transaction, contact_id: int) -> bool:
    """Return whether `human_eyes` was breached before there was a case to offer."""
    running = await clocks.unmet(tx, ClockOwner(contact_id=contact_id))
    return any(
        clock.name == ClockName.HUMAN_EYES and clock.state == ClockState.BREACHED
        for clock in running
    )
