"""Step: a message that goes on from another joins that one's open case; a person still reads it.

| the message | its root's case | it |
|---|---|---|
| names or hints at whom it complains of, or cannot be read | any | is judged as any other |
| any other | open | joins, unread; the case's urgency is raised when its own is higher |
| any other | none, or closed | is judged as any other; joins when the root becomes a case |

Bodies are shown its words only after a person at 111 has read it (store.case_view).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hotline.actions.steps import offer, run_clocks
from hotline.actions.steps.kept_decision import URGENT
from hotline.actions.steps.set_urgency import set_urgency
from hotline.cases.terms import ContactState, ReferralStatus, Regime
from hotline.runtime import Runtime
from hotline.store import cases, clocks, contacts, follow_ups, notices
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Nudge, Transaction

_AT_WORK = (ReferralStatus.OFFERED, ReferralStatus.ACCEPTED)


@dataclass(slots=True)
class Roots:
    """What the contacts of one batch go on from, with the cases that this batch holds."""

    held: set[int] = field(default_factory=set)

    async def lock(self, tx: Transaction, contact_ids: Sequence[int]) -> None:
        """Lock the cases first, as everybody who moves a case does, then contacts."""
        known = await follow_ups.roots(tx, contact_ids)
        wanted = {row.case_id for row in known.values() if row.case_id is not None}
        self.held = await follow_ups.lock_open_cases(tx, wanted) if wanted else set()

    async def case_of(self, tx: Transaction, row: Any) -> OpenedCase | None:
        """Return the open case that `row` goes on in, locked; else None.

        Whoever is kept out of what it goes on from is kept out of it too.
        """
        if row.follows_id is None and row.follows_ref is None:
            return None
        root = (await follow_ups.roots(tx, [row.id])).get(row.id)
        if root is None:
            return None
        if root.apart:
            await follow_ups.keep_apart_as(tx, row.id, root.apart)
        if root.case_id is None:
            return None
        if root.case_id not in self.held:  # opened meanwhile, perhaps by this transaction
            self.held |= await follow_ups.lock_open_cases(tx, [root.case_id], wait=False)
        if root.case_id not in self.held:
            return None
        return await cases.again(tx, root.case_id)


def may_join(row: Any, hints: Sequence[str], case: OpenedCase, *, declared: bool) -> bool:
    """Return whether a machine may put this message under `case`."""
    readable = row.state != ContactState.UNPARSED
    own = set(row.apart or ()) - set(case.row.apart or ())  # of whom the case knows nothing
    return readable and not (hints or declared or own)


async def join(
    rt: Runtime, tx: Transaction, contact_id: int, urgency: int, case: OpenedCase
) -> OpenedCase:
    """Put a judged message under an open, locked case; return the case as it is then."""
    joined = {"case_id": case.id, "state": ContactState.ATTACHED, "joined_by_rule": True}
    await contacts.change(tx, contact_id, joined)
    await clocks.attach(tx, contact_id, case.id)
    tx.record("contact_attached", case_id=case.id, contact_id=contact_id)
    eyes = await clocks.unmet(tx, ClockOwner(contact_id=contact_id))
    await run_clocks.recompute(rt, tx, eyes, urgency=urgency, regime=Regime.SIGNAL)
    if urgency < case.row.urgency:
        case = await _raise(rt, tx, case, urgency)
    if urgency <= URGENT:
        _tell(tx, case, contact_id)
    clocks.refresh_due(tx, [case.id])
    tx.nudge(case.nudge())
    tx.nudge(Nudge("contact"))
    return case


async def join_waiting(rt: Runtime, tx: Transaction, root_id: int, case_id: int) -> None:
    """Put what waited beside its root under the root's case, now that there is one."""
    case, fresh, known = await cases.again(tx, case_id), [root_id], {root_id}
    while fresh:
        found = [r for r in await follow_ups.waiting_after(tx, fresh) if r.id not in known]
        fresh = [int(row.id) for row in found]
        known.update(fresh)
        for row in found:
            hints = (row.triage or {}).get("conflict_hint") or ()
            if may_join(row, hints, case, declared=False):
                case = await join(rt, tx, row.id, row.urgency, case)


async def _raise(
    rt: Runtime, tx: Transaction, case: OpenedCase, urgency: int
) -> OpenedCase:
    before = int(case.row.urgency)
    await cases.change(tx, case.id, {"urgency": urgency, "urgency_by": "machine"})
    fresh = await set_urgency(rt, tx, case.id, before=before)
    await offer.tell_commissioner(rt, tx, fresh)
    return fresh


def _tell(tx: Transaction, case: OpenedCase, contact_id: int) -> None:
    """Tell whoever has the case, and the shift, that a message in it speaks of danger."""
    notices.put(
        tx, notices.SHIFT, "follow_up_danger", case_id=case.id, contact_id=contact_id
    )
    for referral in case.referrals:
        if referral.status in _AT_WORK:
            notices.put(tx, referral.body_id, "follow_up_danger", case_id=case.id)
