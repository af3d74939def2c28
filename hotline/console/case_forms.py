"""The forms of a case: what each sends to its action, and what is said afterwards."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hotline.actions import (
    accept_referral,
    change_urgency,
    close_case,
    decline_referral,
    phone_handover,
    record_outcome,
    record_work,
    transfer_referral,
)
from hotline.console import clock_forms, conflict_forms, referral_forms
from hotline.console.fields import explained, whole
from hotline.console.shell import ALMATY
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Sent:
    """One form as it was sent."""

    rt: Runtime
    viewer: Viewer
    number: str
    form: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return a field, stripped; empty when it was not sent."""
        return self.form.get(name, "").strip()

    def maybe(self, name: str) -> str | None:
        """Return a field, or None when it says nothing."""
        return self.text(name) or None

    @property
    def version(self) -> int | None:
        """Return the version of the case that the person read."""
        return whole(self.text("version"))

    @property
    def referral(self) -> int | None:
        """Return the referral meant; None means the viewer's own."""
        return whole(self.text("referral"))

    def moment(self, name: str) -> datetime | None:
        """Return a local moment of Almaty. Errors: RuleForbids naming the field."""
        typed = self.text(name)
        if not typed:
            return None
        try:
            return datetime.fromisoformat(typed).replace(tzinfo=ALMATY)
        except ValueError as error:
            raise RuleForbids(
                "give a date and time", code="bad_moment", field=name
            ) from error


async def _accept(s: Sent) -> None:
    await accept_referral.accept_referral(s.rt, s.viewer, s.number, s.referral, s.version)


async def _decline(s: Sent, *, giving_back: bool = False) -> None:
    if s.text("code"):
        explained(s.text("text"))
    await decline_referral.decline_referral(
        s.rt, s.viewer, s.number, s.referral, code=s.text("code"), text=s.text("text"),
        giving_back=giving_back, version=s.version,
    )  # fmt: skip


async def _return(s: Sent) -> None:
    await _decline(s, giving_back=True)


async def _transfer(s: Sent) -> None:
    await transfer_referral.transfer_referral(
        s.rt, s.viewer, s.number, s.referral, text=s.text("text"),
        to_person=s.maybe("to_person"), to_body=s.maybe("to_body"), version=s.version,
    )  # fmt: skip


async def _note(s: Sent) -> None:
    await record_work.add_note(
        s.rt, s.viewer, s.number, s.text("text"), s.version, mention=s.maybe("mention")
    )


async def _first_contact(s: Sent) -> None:
    await record_work.record_first_contact(
        s.rt, s.viewer, s.number, at=s.moment("at"), how=s.text("how"),
        unsafe=s.maybe("unsafe"), version=s.version,
    )  # fmt: skip


async def _check(s: Sent) -> None:
    await record_work.record_check(
        s.rt, s.viewer, s.number, kind=s.text("kind"), at=s.moment("at"),
        text=s.text("text"), version=s.version,
    )  # fmt: skip


async def _safety(s: Sent) -> None:
    await record_work.record_safety(
        s.rt, s.viewer, s.number, safe=s.text("safe") == "yes", plan=s.text("plan"),
        version=s.version,
    )  # fmt: skip


async def _outcome(s: Sent) -> None:
    said = record_outcome.Outcome(
        s.text("assistance_code"),
        s.text("assistance_text"),
        s.text("check_kind"),
        s.text("check_text"),
        s.text("risk_assessed") == "yes",
    )
    await record_outcome.record_outcome(s.rt, s.viewer, s.number, said, s.version)


async def _close(s: Sent) -> None:
    await close_case.close_case(s.rt, s.viewer, s.number, s.version)


async def _reopen(s: Sent) -> None:
    await close_case.reopen_case(s.rt, s.viewer, s.number, s.text("reason"), s.version)


async def _exception(s: Sent) -> None:
    await close_case.close_by_exception(
        s.rt,
        s.viewer,
        s.number,
        code=s.text("code"),
        text=s.text("text"),
        version=s.version,
    )


async def _urgency(s: Sent) -> None:
    level = whole(s.text("urgency"))
    await change_urgency.change_urgency(
        s.rt, s.viewer, s.number, urgency=-1 if level is None else level,
        reason=s.text("reason"), version=s.version,
    )  # fmt: skip


async def _phone_handover(s: Sent) -> None:
    await phone_handover.phone_handover(
        s.rt, s.viewer, s.number, s.referral or 0, name=s.text("name"),
        reference=s.maybe("reference"), version=s.version,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """What a form does and what is said when it is done."""

    do: Callable[[Sent], Awaitable[None]]
    done: str  # msgid


FORMS: Mapping[str, Form] = {
    "conflict": Form(conflict_forms.declare, "They are out of the case"),
    "conflict_self": Form(conflict_forms.declare_oneself, "You are off the case"),
    "conflict_lift": Form(conflict_forms.lift, "Proposed; another person confirms it"),
    "conflict_confirm": Form(conflict_forms.confirm, "Set aside"),
    **{name: Form(do, done) for name, (do, done) in clock_forms.FORMS.items()},
    "accept": Form(_accept, "The case is yours"),
    "decline": Form(_decline, "Declined; 111 was told"),
    "return": Form(_return, "Given back; 111 was told"),
    "transfer": Form(_transfer, "Passed on"),
    "add_referral": Form(referral_forms.add, "Asked; show it when it is right"),
    "extract": Form(referral_forms.edit, "What the body is told was saved"),
    "release": Form(referral_forms.release, "The body sees it now"),
    "wrong_body": Form(referral_forms.redirect, "Passed on; the applicant will read of it"),
    "take_back": Form(referral_forms.recall, "Taken back"),
    "part_done": Form(referral_forms.done, "Your part is done"),
    "end_part": Form(referral_forms.end, "The part was ended"),
    "note": Form(_note, "The note was added"),
    "first_contact": Form(_first_contact, "Recorded"),
    "check": Form(_check, "Recorded"),
    "safety": Form(_safety, "Recorded"),
    "outcome": Form(_outcome, "The outcome was recorded"),
    "close": Form(_close, "The case was closed"),
    "reopen": Form(_reopen, "The case was opened again"),
    "exception": Form(_exception, "Signed"),
    "phone_handover": Form(_phone_handover, "Recorded"),
    "urgency": Form(_urgency, "The urgency was changed"),
}

MISTAKES = (
    conflict_forms.MISTAKES
    | clock_forms.MISTAKES
    | dict(referral_forms.MISTAKES)
    | {  # code of a rule -> what to do, for people
        "unknown_code": "Choose the reason.",
        "reason_missing": "Explain in at least 10 characters.",
        "text_missing": "Write something here.",
        "text_too_long": "This is too long. Shorten it.",
        "one_receiver": "Choose a colleague or a body, not both.",
        "unknown_person": "Choose a colleague of this body.",
        "unknown_body": "Choose a body from the list.",
        "unknown_check": "Choose how it was checked.",
        "unknown_assistance": "Choose what help was given.",
        "risk_not_assessed": "A check that was put off needs a risk assessment.",
        "unknown_urgency": "Choose the urgency.",
        "unknown_exception": "Choose the reason.",
        "second_person_needed": "Another person must sign.",
        "bad_moment": "Give a date and a time.",
        "too_early": "Give a date and a time.",
        "in_future": "The moment lies ahead. Give one that has been.",
        "not_offered": "This offer is no longer open.",
        "wrong_status": "The case is not at this point.",
        "assistance_and_check_missing": "Record help and check first: no case closes without them.",
        "lowering": "Only a supervisor lowers what a person set.",
        "name_missing": "Write who took it over.",
        "has_login": "This body accepts by itself.",
        "not_called": "Call the service first.",
    }
)
