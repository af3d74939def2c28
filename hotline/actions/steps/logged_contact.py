"""Step: a call that an operator writes down becomes a contact, sealed under its own key."""

import json
from dataclasses import asdict
from typing import Any

from hotline.actions.receive_contact import traces_of
from hotline.actions.steps import run_clocks
from hotline.cases.numbers import number_of
from hotline.cases.terms import ClockName, ContactState, JobName, QueueName
from hotline.routing.answered import Answered
from hotline.routing.triage import TriageDecision, TriageFacts, triage
from hotline.runtime import Runtime
from hotline.store import contacts, handoffs, keys
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Transaction

SOURCE = "desk"
FACTS = "facts"  # where a contact's sealed parts keep what the caller answered


def judge(rt: Runtime, call: Any, text: str) -> TriageDecision:
    """Return what the rules make of a logged call; in a thread, for long words take a while."""
    return triage(
        TriageFacts(
            text=text,
            channel="call-note",
            stated_region=call.region,
            phone=call.identity.phone if call.identity else None,
            told=heard(rt, call.told),
        ),
        rt.triage,
    )


def heard(rt: Runtime, told: Answered) -> Answered:
    """Return the answers with the danger that config/scripts.yaml sees in them."""
    return told.with_danger(rt.config.scripts.dangers)


async def put_contact(
    rt: Runtime, tx: Transaction, contact_id: int, call: Any, judged: TriageDecision
) -> None:
    """Write the contact of a logged call (a LoggedCall); triage reads it once more."""
    key = await keys.create(tx, contact_id)
    identity: dict[str, Any] = {
        "identity": asdict(call.identity) if call.identity else None,
        "sender": None,
        "policy": asdict(call.policy),
        "complaint_about": [],
        FACTS: dict(call.told.answers),
    }
    await contacts.put(
        tx,
        {
            "id": contact_id,
            "receipt": number_of(contact_id, rt.number_key),
            "channel": call.channel,
            "account": SOURCE,
            "external_id": call.external_id or str(contact_id),
            "kind": "call",
            "state": ContactState.RECEIVED,
            "received_at": tx.now,
            "anonymous": call.anonymous,
            "region_hint": call.region,
            # What its operator rang 102 for stands on top until its topic is said.
            "danger": judged.danger or bool(call.guessed),
            "danger_score": judged.danger_score,
            "urgency": _urgency(call, judged),
            "language": judged.language,
            "may_write": call.policy.may_write,
            "seen_by": getattr(tx.actor, "person_id", None),
            "seen_at": tx.now,
            "sealed_narrative": key.seal_text("narrative", call.text.strip()),
            "sealed_identity": key.seal_text("identity", json.dumps(identity)),
            "sealed_raw": key.seal("raw", b"{}"),
        },
        traces_of(rt, call.identity),
    )
    tx.record(
        "contact_received",
        contact_id=contact_id,
        data={"channel": call.channel, "danger": judged.danger},
    )
    tx.promise(JobName.TRIAGE_CONTACT, QueueName.BULK, [contact_id])


def _urgency(call: Any, judged: TriageDecision) -> int:
    if call.guessed:
        return min(int(judged.urgency), int(call.urgency))
    return int(judged.urgency) if judged.danger else max(int(call.urgency), 2)


async def require_service(
    rt: Runtime, tx: Transaction, case: OpenedCase, service: str
) -> None:
    """Make the hand-off that the operator asks for, unless the category asked already."""
    there = {row.service for row in await handoffs.of_case(tx, case.id)}
    if service in there:
        return
    task = await handoffs.require(tx, case.id, service)
    await run_clocks.start(
        rt,
        tx,
        [ClockOwner(case_id=case.id, handoff_id=task)],
        [ClockName.EMERGENCY_HANDOFF],
        started_at=tx.now,
        urgency=case.row.urgency,
        regime=case.row.regime,
    )
