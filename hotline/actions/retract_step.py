"""Use case: a person at 111 takes back, within seconds, that they closed or offered."""

from typing import Any

from hotline.actions.steps import reroute
from hotline.cases.terms import ClockName, ReferralStatus
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import (
    cases,
    clock_changes,
    clocks,
    contacts,
    decisions,
    holds,
    retractable,
)
from hotline.store.transaction import Nudge, Transaction

_TAKEN = (ReferralStatus.ACCEPTED, ReferralStatus.DECLINED, ReferralStatus.RETURNED)


async def retract_step(rt: Runtime, viewer: Viewer, receipt: str) -> str:
    """Take back one's own last step with the contact; return what it was: close | confirm.

    A closed contact waits again, its clocks as they were. An offer that nobody outside 111
    has opened is withdrawn: the case stays at 111 and is proposed anew, sealed.
    Errors: NotFound; RuleForbids `too_late_to_undo`, `opened_already`.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    async with rt.transaction(viewer) as tx:
        seen = await contacts.by_receipt(tx, receipt, rt.number_key)
        if seen.case_id is not None:  # the case first, as everybody who moves it
            await cases.by_id(tx, seen.case_id, lock=True)
        contact = await contacts.by_receipt(tx, receipt, rt.number_key, lock=True)
        step = await retractable.newest(tx, contact.id)
        if (
            step is None
            or step.person_id != viewer.person_id
            or tx.now - step.made_at > retractable.WITHIN
        ):
            raise RuleForbids("it is too late", code="too_late_to_undo")
        if step.retracted_at is not None:
            return str(step.kind)
        if step.kind == retractable.CONFIRM:
            await _offer(rt, tx, contact, step)
        else:
            await _closing(tx, contact, step)
        if step.before.get("mine"):
            await holds.take(tx, contact.id, viewer.person_id)
        eyes = ClockName.HUMAN_EYES
        await clock_changes.take_back(tx, contact.id, eyes, step.made_at)
        decisions.store(tx, [_no_word(rt, contact, step.kind)])
        await retractable.done(tx, step.id)
        tx.record(
            "step_taken_back",
            case_id=contact.case_id,
            contact_id=contact.id,
            data={"step": step.kind},
        )
        tx.nudge(Nudge("contact"))
        return str(step.kind)


async def _closing(tx: Transaction, contact: Any, step: Any) -> None:
    gone = ("wrap_up", "sealed_wrap_up_note", "closed_at", "seen_by", "seen_at")
    await contacts.change(
        tx, contact.id, {**dict.fromkeys(gone), "state": step.before["state"]}
    )


async def _offer(rt: Runtime, tx: Transaction, contact: Any, step: Any) -> None:
    """Withdraw what was offered. Errors: RuleForbids when somebody has opened it."""
    case = await cases.again(tx, contact.case_id, lock=True)
    taken = any(r.status in _TAKEN for r in case.referrals)
    if taken or await retractable.opened_since(tx, case.id, step.made_at):
        raise RuleForbids("somebody has opened it", code="opened_already")
    await reroute.reroute_corrected(rt, tx, case)
    change: dict[str, Any] = {"held": step.before["held"]}
    if not step.before["shown"]:
        change["shown_at"] = None  # nobody outside had seen it, and nobody does
    await cases.change(tx, case.id, change)
    await contacts.change(tx, contact.id, {"seen_at": None, "seen_by": None})
    clocks.refresh_due(tx, [case.id])
    tx.nudge(case.nudge())  # the last that reaches who may not see it any more
    tx.nudge(Nudge("board"))


def _no_word(rt: Runtime, contact: Any, kind: str) -> dict[str, Any]:
    """Return the judgement that there is none: triage learns nothing from a slip."""
    return {
        "case_id": contact.case_id,
        "contact_id": contact.id,
        "kind": kind,
        "facts": {"taken_back": True},
        "candidates": [],
        "exclusions": [],
        "reasons": ["the person took it back"],
        "choice": {"subcategory": None, "urgency": None, "machine": {}},
        "policy_version": rt.config.referral.version,
        "model_version": (contact.triage or {}).get("model_version") or "none",
    }
