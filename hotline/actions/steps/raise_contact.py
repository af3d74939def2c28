"""Step: something beside the words says that a contact is urgent. Only ever raises."""

from hotline.actions.steps import run_clocks
from hotline.cases.terms import Regime, Urgency
from hotline.runtime import Runtime
from hotline.store import clocks, contacts
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Nudge, Transaction

_SCORE = 0.9  # its place in the queue: among the firm alarms


async def raise_contact(rt: Runtime, tx: Transaction, contact_id: int, why: str) -> None:
    """Put a contact among those that a person looks at at once; `why` is a code.

    Triage, which may not have read it yet, keeps what was raised here.
    """
    row = (await contacts.by_ids(tx, [contact_id], lock=True))[0]
    if row.urgency <= Urgency.DAY:
        return
    await contacts.change(
        tx,
        contact_id,
        {
            "urgency": Urgency.DAY,
            "danger": True,
            "danger_score": max(row.danger_score, _SCORE),
        },
    )
    eyes = await clocks.unmet(tx, ClockOwner(contact_id=contact_id))
    await run_clocks.recompute(rt, tx, eyes, urgency=Urgency.DAY, regime=Regime.SIGNAL)
    tx.record(
        "contact_raised",
        contact_id=contact_id,
        data={"from": row.urgency, "to": int(Urgency.DAY), "why": why},
    )
    tx.nudge(Nudge("contact"))
