"""POST /cases/{number}/{move}: one form each; the action decides, this page tells."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from hotline.actions import (
    accept_referral,
    change_urgency,
    close_case,
    decline_referral,
    record_handoff,
    record_outcome,
    record_work,
    transfer_referral,
    view_case,
)
from hotline.console import conflicts, shell
from hotline.console.fields import whole
from hotline.console.pages import case as case_page
from hotline.console.pages.case import Trouble
from hotline.console.session import form_of, guarded, is_fragment
from hotline.errors import NotFound, RuleForbids, Stale
from hotline.i18n import gettext
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.web.keys import RT
from hotline.web.pages import locale_of


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
            return datetime.fromisoformat(typed).replace(tzinfo=shell.ALMATY)
        except ValueError as error:
            raise RuleForbids(
                "give a date and time", code="bad_moment", field=name
            ) from error


async def _accept(s: Sent) -> None:
    await accept_referral.accept_referral(s.rt, s.viewer, s.number, s.referral, s.version)


async def _decline(s: Sent, *, giving_back: bool = False) -> None:
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
    await record_work.add_note(s.rt, s.viewer, s.number, s.text("text"), s.version)


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


@dataclass(frozen=True, slots=True)
class Form:
    """What a form does and what is said when it is done."""

    do: Callable[[Sent], Awaitable[None]]
    done: str  # msgid


FORMS: Mapping[str, Form] = {
    "accept": Form(_accept, "The case is yours"),
    "decline": Form(_decline, "Declined; 111 was told"),
    "return": Form(_return, "Given back; 111 was told"),
    "transfer": Form(_transfer, "Passed on"),
    "note": Form(_note, "The note was added"),
    "first_contact": Form(_first_contact, "Recorded"),
    "check": Form(_check, "Recorded"),
    "safety": Form(_safety, "Recorded"),
    "outcome": Form(_outcome, "The outcome was recorded"),
    "close": Form(_close, "The case was closed"),
    "reopen": Form(_reopen, "The case was opened again"),
    "exception": Form(_exception, "Signed"),
    "urgency": Form(_urgency, "The urgency was changed"),
}


async def move(request: web.Request) -> web.StreamResponse:
    """Do what a form asks. 409 with both versions when stale, 422 at the field when wrong."""
    name = request.match_info["move"].replace("-", "_")
    if name not in FORMS:
        raise NotFound("no such form")
    return await run(request, name, FORMS[name])


async def run(request: web.Request, name: str, form: Form) -> web.StreamResponse:
    """Run one form and answer with the case as it is now."""
    number = request.match_info["number"]
    sent = Sent(request.app[RT], shell.viewer_of(request), number, form_of(request))
    try:
        await form.do(sent)
    except Stale as stale:
        return await conflicts.answer(request, sent.form, stale)
    except RuleForbids as wrong:
        return await refuse(request, name, sent.form, wrong)
    said = gettext(locale_of(request), form.done)
    if not is_fragment(request):
        return shell.go(request, f"/cases/{number}")
    try:
        response = await case_page.answer(request, number)
    except NotFound:  # who declines may lose sight of the case: that is meant
        return shell.go(request, "/inbox")
    return shell.toast(response, said)


async def refuse(
    request: web.Request, name: str, form: Mapping[str, str], wrong: RuleForbids
) -> web.Response:
    """Return the page with the error at its field and what was typed."""
    lang = locale_of(request)
    field = str(wrong.facts.get("field", "text" if "text" in form else ""))
    text = gettext(lang, MISTAKES.get(wrong.code, "This cannot be done now."))
    return await case_page.answer(
        request,
        request.match_info["number"],
        status=422,
        ask=name,
        trouble=Trouble(name, {field: text}, form),
    )


async def reveal(request: web.Request) -> web.StreamResponse:
    """Show who wrote, once, with a reason that stands in the history."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number, form = request.match_info["number"], form_of(request)
    try:
        await view_case.reveal_identity(rt, viewer, number, form.get("reason", ""))
    except RuleForbids as wrong:
        return await refuse(request, "reveal", form, wrong)
    return await case_page.answer(request, number, revealed=True)


async def handoff(request: web.Request) -> web.StreamResponse:
    """Write that 102, 103 or 112 was called, or who there accepted."""
    service, step = request.match_info["service"], request.match_info["step"]

    async def called(s: Sent) -> None:
        number = s.text("number") or service
        await record_handoff.handoff_called(
            s.rt, s.viewer, s.number, service, number_called=number, version=s.version
        )

    async def accepted(s: Sent) -> None:
        await record_handoff.handoff_accepted(
            s.rt, s.viewer, s.number, service, by=s.text("by"),
            reference=s.maybe("reference"), version=s.version,
        )  # fmt: skip

    return await run(
        request, "emergency", Form(called if step == "called" else accepted, "Recorded")
    )


MISTAKES = {  # code of a rule -> what to do, for people
    "unknown_code": "Choose the reason.",
    "reason_missing": "Explain in at least 10 characters.",
    "text_missing": "Write something here.",
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
    "in_future": "The moment lies ahead. Give one that has been.",
    "not_offered": "This offer is no longer open.",
    "wrong_status": "The case is not at this point.",
    "assistance_and_check_missing": "Record help and check first: no case closes without them.",
    "lowering": "Only a supervisor lowers what a person set.",
    "not_called": "Call the service first.",
}
move_page = guarded()(move)
reveal_page = guarded()(reveal)
handoff_page = guarded()(handoff)
