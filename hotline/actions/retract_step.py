"""Use case: a person at 111 takes back, within seconds, that they closed or offered."""

from typing import Any

from hotline.actions.confirm_contact import ENDED
from hotline.actions.steps import reroute
from hotline.cases.terms import ClockName, ClockState, ReferralStatus
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
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Nudge, Transaction

_TAKEN = (ReferralStatus.ACCEPTED, ReferralStatus.DECLINED, ReferralStatus.RETURNED)


async def retract_step(rt: Runtime, viewer: Viewer, receipt: str) -> str:
    """Take back one's own last step with the contact; return what it was: close | confirm.

    A closed contact waits again, its clocks as they were. An offer that nobody outside 111
    has opened is withdrawn: the case stays at 111 and is proposed anew, sealed. What had
    been offered before the step is not the step's to take back: a machine may have done so
    because nobody looked. Errors: NotFound; RuleForbids `too_late_to_undo`,
    `opened_already`, `offered_before`.
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
            or _moved_on(contact, step)
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


def _moved_on(contact: Any, step: Any) -> bool:
    """Return whether the contact is no longer as the step left it."""
    if step.retracted_at is not None:
        return False
    if step.kind == retractable.CONFIRM:
        return contact.case_id is None or contact.seen_at is None
    return contact.state not in ENDED or contact.case_id is not None


async def _closing(tx: Transaction, contact: Any, step: Any) -> None:
    gone = ("wrap_up", "sealed_wrap_up_note", "closed_at", "seen_by", "seen_at")
    await contacts.change(
        tx, contact.id, {**dict.fromkeys(gone), "state": step.before["state"]}
    )


async def _offer(rt: Runtime, tx: Transaction, contact: Any, step: Any) -> None:
    """Withdraw what was offered. Errors: RuleForbids when somebody has opened it."""
    if step.before["offered"]:
        raise RuleForbids("it was offered before", code="offered_before")
    case = await cases.again(tx, contact.case_id, lock=True)
    taken = any(r.status in _TAKEN for r in case.referrals)
    if taken or await retractable.opened_since(tx, case.id, step):
        raise RuleForbids("somebody has opened it", code="opened_already")
    await _stop_terms(tx, case, step)
    await reroute.reroute_corrected(rt, tx, case)
    change: dict[str, Any] = {"held": step.before["held"]}
    if not step.before["shown"]:
        change["shown_at"] = None  # nobody outside had seen it, and nobody does
    await cases.change(tx, case.id, change)
    if not step.before["seen"]:
        await contacts.change(tx, contact.id, {"seen_at": None, "seen_by": None})
    clocks.refresh_due(tx, [case.id])
    tx.nudge(case.nudge())  # the last that reaches who may not see it any more
    tx.nudge(Nudge("board"))


async def _stop_terms(tx: Transaction, case: OpenedCase, step: Any) -> None:
    """End the terms that the slip began: a body that never had the case is not late with it."""
    for referral in case.referrals:
        owner = ClockOwner(referral_id=referral.id)
        began = {
            ClockName(row.name)
            for row in await clocks.unmet(tx, owner)
            if row.started_at == step.made_at
        }
        await clocks.end(
            tx, owner, state=ClockState.CANCELLED, names=began, reason="corrected"
        )


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
