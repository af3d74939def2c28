"""Step: a call goes to 102, 103 or 112 before anybody has said its topic or place.

The case is there at once, for the emergency; topic and place are what the words alone say.
The contact stays in its operator's hand until a person confirms them: until then nobody
outside 111 is shown the case.
"""

from collections.abc import Sequence
from typing import Any

from hotline.actions.steps.kept_decision import stored
from hotline.actions.steps.open_case import CaseSeed, open_case
from hotline.cases.terms import ClockName, ClockState
from hotline.routing.triage import TriageDecision
from hotline.runtime import Runtime
from hotline.store import cases, clocks, contacts, holds
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Nudge, Transaction


async def open_guessed(
    rt: Runtime,
    tx: Transaction,
    contact: Any,
    call: Any,
    judged: TriageDecision,
    hints: Sequence[str],
) -> str:
    """Open the case of the telephone's contact, or hold the one it has; return its number."""
    change = {"danger": True, "urgency": min(contact.urgency, call.urgency)}
    await contacts.change(tx, contact.id, change)
    if contact.case_id is not None:
        held = {"held": True, "conflict_hint": list(hints)}
        row = await cases.change(tx, contact.case_id, held)
    else:
        seed = CaseSeed(
            contact_id=contact.id,
            channel=contact.channel,
            received_at=contact.received_at,
            language=judged.language,
            subcategory=call.subcategory,
            urgency=call.urgency,
            urgency_by="person",
            region=call.region,
            district=call.district,
            held=True,
            conflict_hint=tuple(hints),
        )
        row = (await open_case(rt, tx, seed)).row
    eyes = ClockOwner(contact_id=contact.id)  # whoever wrote the words down has read them
    await clocks.end(tx, eyes, state=ClockState.MET, names=[ClockName.HUMAN_EYES])
    await await_word(tx, contact.id, judged)
    tx.nudge(Nudge("contact"))
    return str(row.number)


async def await_word(tx: Transaction, contact_id: int, judged: TriageDecision) -> None:
    """Let the contact wait, in its operator's hand, for who says topic and place."""
    heard = stored(judged, int(judged.urgency))
    await contacts.change(
        tx, contact_id, {"triage": heard, "seen_at": None, "seen_by": None}
    )
    if tx.actor.person_id is not None:
        await holds.take(tx, contact_id, tx.actor.person_id)
