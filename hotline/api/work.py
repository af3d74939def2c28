"""/cases/{number}/note, first-contact, check, safety, outcome, close, reopen, urgency."""

from hotline.actions.change_urgency import change_urgency
from hotline.actions.close_case import close_by_exception, close_case, reopen_case
from hotline.actions.record_done import record_done
from hotline.actions.record_outcome import Outcome
from hotline.actions.record_work import (
    add_note,
    record_check,
    record_first_contact,
    record_safety,
)
from hotline.api import asks
from hotline.api.call import Ask, Call, Write, post
from hotline.api.cases import fresh_case
from hotline.store.view_parts import CaseView


async def note(ask: Ask) -> str:
    """Write a note."""
    number = ask.path["number"]
    await add_note(ask.rt, ask.viewer, number, ask.body.text, ask.version)
    return number


async def first_contact(ask: Ask) -> str:
    """Record the first contact, or why it would be unsafe."""
    number, body = ask.path["number"], ask.body
    await record_first_contact(
        ask.rt,
        ask.viewer,
        number,
        at=body.at,
        how=body.how,
        unsafe=body.unsafe,
        version=ask.version,
    )
    return number


async def check(ask: Ask) -> str:
    """Record a check."""
    number, body = ask.path["number"], ask.body
    await record_check(
        ask.rt,
        ask.viewer,
        number,
        kind=body.kind,
        at=body.at,
        text=body.text,
        version=ask.version,
    )
    return number


async def safety(ask: Ask) -> str:
    """State that the person is safe, or the plan."""
    number, body = ask.path["number"], ask.body
    await record_safety(
        ask.rt, ask.viewer, number, safe=body.safe, plan=body.plan, version=ask.version
    )
    return number


async def outcome(ask: Ask) -> str:
    """Record assistance and check; from a co-executor, what it did: the end of its part."""
    number, body = ask.path["number"], ask.body
    told = Outcome(
        assistance_code=body.assistance.code,
        assistance_text=body.assistance.text,
        check_kind=body.check.kind,
        check_text=body.check.text,
        risk_assessed=body.check.risk_assessed,
    )
    await record_done(ask.rt, ask.viewer, number, told, ask.version)
    return number


async def close(ask: Ask) -> str:
    """Close a case with its outcome, or sign a lawful exception."""
    number, body = ask.path["number"], ask.body
    if body.exception is None:
        await close_case(ask.rt, ask.viewer, number, ask.version)
    else:
        await close_by_exception(
            ask.rt,
            ask.viewer,
            number,
            code=body.exception,
            text=body.text or "",
            version=ask.version,
        )
    return number


async def reopen(ask: Ask) -> str:
    """Open a closed case again."""
    number = ask.path["number"]
    await reopen_case(ask.rt, ask.viewer, number, ask.body.reason, ask.version)
    return number


async def urgency(ask: Ask) -> str:
    """Set another urgency."""
    number, body = ask.path["number"], ask.body
    await change_urgency(
        ask.rt,
        ask.viewer,
        number,
        urgency=body.urgency,
        reason=body.reason,
        version=ask.version,
    )
    return number


def _on_case(name: str, body: type[asks.Asked], write: Write, summary: str) -> Call:
    return post(f"/cases/{{number}}/{name}", body, write, fresh_case, CaseView, summary)


CALLS: list[Call] = [
    _on_case("note", asks.NoteAsked, note, "Write a note"),
    _on_case(
        "first-contact", asks.FirstContactAsked, first_contact, "Record first contact"
    ),
    _on_case("check", asks.CheckAsked, check, "Record a check"),
    _on_case(
        "safety", asks.SafetyAsked, safety, "State that the person is safe, or the plan"
    ),
    _on_case("outcome", asks.OutcomeAsked, outcome, "Record assistance and check"),
    _on_case("close", asks.CloseAsked, close, "Close, or sign a lawful exception"),
    _on_case("reopen", asks.ReopenAsked, reopen, "Open a closed case again"),
    _on_case("urgency", asks.UrgencyAsked, urgency, "Set another urgency"),
]
