"""Step: a closed case is asked about, but only where a safe way to call was recorded."""

from hotline.actions.steps import run_clocks
from hotline.cases.terms import ClockName
from hotline.runtime import Runtime
from hotline.store import contacts
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.opened_parts import opened
from hotline.store.transaction import Transaction


async def start_quality_call(rt: Runtime, tx: Transaction, case: OpenedCase) -> None:
    """Start `quality_call` at closing: with a safe number, hours and a code word, else never.

    Without a safe way there is no clock and no breach: a call could harm.
    """
    if not await _safe_way(tx, case):
        return
    await run_clocks.start(
        rt,
        tx,
        [ClockOwner(case_id=case.id)],
        [ClockName.QUALITY_CALL],
        started_at=tx.now,
        urgency=case.row.urgency,
        regime=case.row.regime,
    )


async def _safe_way(tx: Transaction, case: OpenedCase) -> bool:
    attached = await contacts.of_case(tx, case.id)
    parts = await opened(tx, [contact.id for contact in attached])
    for contact in attached:
        known = parts.known(contact.id, "identity", contact.sealed_identity)
        policy, who = known.get("policy") or {}, known.get("identity") or {}
        agreed = policy.get("may_call") and policy.get("hours") and policy.get("code_word")
        if agreed and who.get("phone"):
            return True
    return False
