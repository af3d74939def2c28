"""Use case: assistance was given and a check was made. Without both no case ends."""

from dataclasses import dataclass

from hotline.actions.record_work import need
from hotline.actions.steps.move import moving
from hotline.actions.steps.tell_applicant import tell_applicants
from hotline.cases.lifecycle import Move
from hotline.cases.terms import AssistanceCode, CheckKind, ClockName, ClockState
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import clocks, keys
from hotline.store.clocks import ClockOwner


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done."""

    assistance_code: str
    assistance_text: str
    check_kind: str
    check_text: str
    risk_assessed: bool = False  # needed where a check was put off at the victim's wish


async def record_outcome(
    rt: Runtime, viewer: Viewer, number: str, outcome: Outcome, version: int | None = None
) -> None:
    """Record the outcome; the status page tells of it, and a neutral line where that is safe.

    Meets `written_outcome` and `on_site_check`. Errors: RuleForbids names the field.
    """
    help_given, check_made = check_outcome(outcome)
    async with moving(rt, viewer, number, Move.OUTCOME, version) as moved:
        tx, case = moved.tx, moved.case
        key = await keys.load_one(tx, case.id)
        await moved.advance(
            {
                "assistance_code": outcome.assistance_code,
                "sealed_assistance": key.seal_text("assistance", help_given),
                "assistance_at": tx.now,
                "check_kind": outcome.check_kind,
                "sealed_check": key.seal_text("check", check_made),
                "check_at": tx.now,
                "risk_assessed": outcome.risk_assessed,
            }
        )
        await clocks.end(
            tx,
            ClockOwner(case_id=case.id),
            state=ClockState.MET,
            names=[ClockName.WRITTEN_OUTCOME, ClockName.ON_SITE_CHECK],
        )
        kinds = {"assistance": outcome.assistance_code, "check": outcome.check_kind}
        tx.record("outcome_recorded", case_id=case.id, data=kinds)
        await tell_applicants(rt, tx, case.id, "outcome")


def check_outcome(outcome: Outcome) -> tuple[str, str]:
    """Return the words of help and check, trimmed. Errors: RuleForbids names the field."""
    if outcome.assistance_code not in set(AssistanceCode):
        raise RuleForbids(
            "choose what help was given", code="unknown_assistance", field="assistance.code"
        )
    if outcome.check_kind not in set(CheckKind):
        raise RuleForbids(
            "choose how it was checked", code="unknown_check", field="check.kind"
        )
    if outcome.check_kind == CheckKind.POSTPONED and not outcome.risk_assessed:
        raise RuleForbids(
            "a check put off at the victim's wish needs a risk assessment",
            code="risk_not_assessed",
            field="check.risk_assessed",
        )
    return (
        need(outcome.assistance_text, "assistance.text"),
        need(outcome.check_text, "check.text"),
    )
