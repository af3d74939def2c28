"""Step: a case that is there already is handed to 102, 103 or 112 as well."""

from hotline.actions.steps.logged_contact import require_service
from hotline.actions.steps.open_case import HANDOFF_URGENCY
from hotline.actions.steps.set_urgency import set_urgency
from hotline.cases.numbers import id_from
from hotline.runtime import Runtime
from hotline.store import cases
from hotline.store.transaction import Transaction

AT_ONCE = 0


async def ring_service(rt: Runtime, tx: Transaction, number: str, service: str) -> None:
    """Owe the call to `service`, once; the case becomes as urgent as such a call is."""
    case = await cases.by_id(tx, id_from(number, rt.number_key) or 0, lock=True)
    if case is None:
        return
    before = case.row.urgency
    if before > HANDOFF_URGENCY:
        await cases.change(tx, case.id, {"urgency": AT_ONCE, "urgency_by": "person"})
        case = await set_urgency(rt, tx, case.id, before=before)
    await require_service(rt, tx, case, service)
    tx.nudge(case.nudge())
