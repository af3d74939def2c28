"""The forms about deadlines: pause, resume, extend, register, a found child, the last call."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from hotline.actions.extend_clock import extend_clock, record_extension_notice
from hotline.actions.pause_clock import pause_clock, resume_clock
from hotline.actions.record_found_child import record_found_child
from hotline.actions.record_quality_call import record_quality_call
from hotline.actions.register_appeal import register_appeal
from hotline.actions.reread_urgency import reread_urgency
from hotline.cases.terms import ClockName, PauseReason
from hotline.errors import RuleForbids

if TYPE_CHECKING:
    from hotline.console.case_forms import Sent

MISTAKES = {
    "never_pauses": "This deadline never stands still.",
    "paused_enough": "It has stood still once already.",
    "clock_late": "The deadline has passed.",
    "clock_paused": "Let the deadline go on first.",
    "not_paused": "The deadline runs.",
    "not_later": "Give a later day than the deadline that stands.",
    "extended_enough": "It was put off as often as is allowed.",
    "extension_too_long": "All extensions together last two months at most.",
    "beyond_calendar": "The calendar does not reach that far. Tell the administrator.",
    "no_notice_owed": "No notice is owed.",
    "registered_already": "It is registered already.",
    "anonymous_appeal": "An appeal needs a name. Without one it stays a signal.",
    "unknown_step": "Choose what happened.",
    "recorded_already": "This is recorded already.",
    "not_recorded": "Record the beginning first.",
    "unknown_result": "Choose what came of the call.",
    "no_call_owed": "No call is owed, or none is safe.",
    "nothing_to_reread": "Nothing waits to be read again.",
    "reopen_first": "Open the case again first.",
}
OUTCOME = ClockName.WRITTEN_OUTCOME


async def pause(s: "Sent") -> None:
    """Let the written answer wait for the applicant."""
    await pause_clock(
        s.rt,
        s.viewer,
        s.number,
        clock=OUTCOME,
        reason=PauseReason.AWAITING_APPLICANT,
        version=s.version,
    )


async def resume(s: "Sent") -> None:
    """Let the written answer go on."""
    await resume_clock(s.rt, s.viewer, s.number, clock=OUTCOME, version=s.version)


async def extend(s: "Sent") -> None:
    """Put the written answer off until the end of work on a day."""
    try:
        until = date.fromisoformat(s.text("until"))
    except ValueError as error:
        raise RuleForbids("give a day", code="bad_moment", field="until") from error
    await extend_clock(
        s.rt,
        s.viewer,
        s.number,
        clock=OUTCOME,
        until=until,
        reason=s.text("reason"),
        version=s.version,
    )


async def notice(s: "Sent") -> None:
    """Record that the applicant was told of an extension."""
    await record_extension_notice(
        s.rt,
        s.viewer,
        s.number,
        how=s.text("how"),
        unsafe=s.maybe("unsafe"),
        version=s.version,
    )


async def register(s: "Sent") -> None:
    """Register the case as an appeal."""
    await register_appeal(s.rt, s.viewer, s.number, s.version)


async def found_child(s: "Sent") -> None:
    """Record a step for a child without parental care."""
    await record_found_child(
        s.rt,
        s.viewer,
        s.number,
        step=s.text("step"),
        text=s.text("text"),
        at=s.moment("at"),
        version=s.version,
    )


async def quality_call(s: "Sent") -> None:
    """Record the call after closing."""
    await record_quality_call(
        s.rt,
        s.viewer,
        s.number,
        result=s.text("result"),
        text=s.text("text"),
        version=s.version,
    )


async def reread(s: "Sent") -> None:
    """Uphold a lowered urgency, or restore the level from before."""
    upheld = s.text("upheld") == "yes"
    await reread_urgency(s.rt, s.viewer, s.number, upheld=upheld, version=s.version)


FORMS: Mapping[str, tuple[Callable[["Sent"], Awaitable[None]], str]] = {
    "pause": (pause, "The deadline stands still"),
    "resume": (resume, "The deadline goes on"),
    "extend": (extend, "Extended. Tell the applicant within three working days"),
    "extension_notice": (notice, "Recorded"),
    "register_appeal": (register, "Registered as an appeal"),
    "found_child": (found_child, "Recorded"),
    "quality_call": (quality_call, "Recorded"),
    "reread_urgency": (reread, "Recorded"),
}
