"""Use case: a person at 111 has read a message that a rule put under an open case.

Or one of a case whose words a mended parser read anew.
"""

from hotline.cases.terms import ClockName, ClockState
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, contacts
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Nudge


async def read_follow_up(rt: Runtime, viewer: Viewer, receipt: str) -> str:
    """Note that it was read; return the case's number. Meets `human_eyes`.

    Nothing of the case changes: neither topic, urgency nor what is held back. Bodies that may
    read the case's words read these from now on. Reading it twice changes nothing.
    Errors: NotFound; RuleForbids for a contact that no rule put under a case.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    async with rt.transaction(viewer) as tx:
        seen = await contacts.by_receipt(tx, receipt, rt.number_key)
        if seen.case_id is None or not (seen.joined_by_rule or seen.read_anew):
            raise RuleForbids("it was not put under a case", code="not_attached")
        case = await cases.by_id(tx, seen.case_id, lock=True)
        contact = await contacts.by_receipt(tx, receipt, rt.number_key, lock=True)
        if case is None or contact.case_id != case.id:
            raise RuleForbids("it was not put under a case", code="not_attached")
        if contact.seen_at is None:
            reader = contact.seen_by if contact.read_anew else viewer.person_id
            read = {"seen_at": tx.now, "seen_by": reader, "read_anew": False}
            await contacts.change(tx, contact.id, read)
            owner, eyes = ClockOwner(contact_id=contact.id), [ClockName.HUMAN_EYES]
            await clocks.end(tx, owner, state=ClockState.MET, names=eyes)
            tx.record("contact_confirmed", case_id=case.id, contact_id=contact.id)
            clocks.refresh_due(tx, [case.id])
            tx.nudge(case.nudge())
            tx.nudge(Nudge("contact"))
        return str(case.row.number)
