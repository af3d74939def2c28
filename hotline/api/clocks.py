"""/cases/{number}: pause, resume, extend, register-appeal; how a deadline came about."""

from datetime import date, datetime
from typing import cast

from hotline.actions.extend_clock import extend_clock, record_extension_notice
from hotline.actions.pause_clock import pause_clock, resume_clock
from hotline.actions.record_found_child import record_found_child
from hotline.actions.record_quality_call import record_quality_call
from hotline.actions.register_appeal import register_appeal
from hotline.actions.reread_urgency import reread_urgency, waiting_lowered
from hotline.actions.show_working import show_working
from hotline.api import asks_clocks, reading
from hotline.api.answers import LoweredPage, StepLine, Working
from hotline.api.asks import Asked, NothingAsked
from hotline.api.call import Ask, Call, Write, get, post
from hotline.api.cases import fresh_case
from hotline.cases.terms import ClockState
from hotline.errors import NotFound, RuleForbids
from hotline.sla.story import story_text
from hotline.sla.wording import Language
from hotline.store.view_parts import CaseView, ClockView

_ENDED = (ClockState.MET, ClockState.CANCELLED)
_LANGUAGES = frozenset({"kk", "ru"})


async def shown(ask: Ask) -> Working:
    """Return the working of the newest clock of that name, an unmet one before the others."""
    case = await fresh_case(ask, ask.path["number"])
    clock = _newest(case, ask.path["name"])
    lang = reading.one_of(ask.query, "lang", _LANGUAGES, "unknown_language")
    language = cast("Language", lang or ("kk" if ask.viewer.locale == "kk" else "ru"))
    steps = await show_working(ask.rt, ask.viewer, clock.id, language)
    return Working(
        clock=clock.id,
        name=clock.name,
        text=story_text(steps, language),
        steps=tuple(StepLine(kind=s.kind, value=s.value, note=s.note) for s in steps),
    )


def _newest(case: CaseView, name: str) -> ClockView:
    found = [clock for clock in case.clocks if clock.name == name]
    if not found:
        raise NotFound("no such clock")
    return max(found, key=lambda clock: (clock.state not in _ENDED, clock.id))


async def pause(ask: Ask) -> str:
    """Let a clock stand still."""
    number, body = ask.path["number"], ask.body
    await pause_clock(
        ask.rt,
        ask.viewer,
        number,
        clock=body.clock,
        reason=body.reason,
        version=ask.version,
    )
    return number


async def resume(ask: Ask) -> str:
    """Let a clock go on."""
    number = ask.path["number"]
    await resume_clock(
        ask.rt, ask.viewer, number, clock=ask.body.clock, version=ask.version
    )
    return number


async def extend(ask: Ask) -> str:
    """Put a deadline off."""
    number, body = ask.path["number"], ask.body
    await extend_clock(
        ask.rt,
        ask.viewer,
        number,
        clock=body.clock,
        until=_day_or_moment(body.until),
        reason=body.reason,
        version=ask.version,
    )
    return number


async def extension_notice(ask: Ask) -> str:
    """Record that the applicant was told of the extension."""
    number, body = ask.path["number"], ask.body
    await record_extension_notice(
        ask.rt,
        ask.viewer,
        number,
        how=body.how,
        unsafe=body.unsafe,
        version=ask.version,
    )
    return number


async def register(ask: Ask) -> str:
    """Register the case as an appeal."""
    number = ask.path["number"]
    await register_appeal(ask.rt, ask.viewer, number, ask.version)
    return number


async def found_child(ask: Ask) -> str:
    """Record a step for a child without parental care."""
    number, body = ask.path["number"], ask.body
    await record_found_child(
        ask.rt,
        ask.viewer,
        number,
        step=body.step,
        text=body.text,
        at=body.at,
        version=ask.version,
    )
    return number


async def quality_call(ask: Ask) -> str:
    """Record a call after closing."""
    number, body = ask.path["number"], ask.body
    await record_quality_call(
        ask.rt,
        ask.viewer,
        number,
        result=body.result,
        text=body.text,
        version=ask.version,
    )
    return number


async def reread(ask: Ask) -> str:
    """Uphold a lowered urgency, or restore it."""
    number = ask.path["number"]
    await reread_urgency(
        ask.rt, ask.viewer, number, upheld=ask.body.upheld, version=ask.version
    )
    return number


async def lowered(ask: Ask) -> LoweredPage:
    """Return what waits for a second person."""
    return LoweredPage(items=await waiting_lowered(ask.rt, ask.viewer))


def _day_or_moment(text: str) -> datetime | date:
    """Return a day or a moment. Errors: RuleForbids `bad_moment` naming the field."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)  # noqa: PLR2004  YYYY-MM-DD
    except ValueError as error:
        raise RuleForbids(
            "give a day, or a moment with its zone", code="bad_moment", field="until"
        ) from error


def _on_case(name: str, body: type[Asked], write: Write, summary: str) -> Call:
    return post(f"/cases/{{number}}/{name}", body, write, fresh_case, CaseView, summary)


CALLS: list[Call] = [
    get(
        "/cases/{number}/clocks/{name}/working",
        shown,
        Working,
        "How a deadline came about, in kk or ru",
        query={"lang": "kk or ru; else the reader's language"},
    ),
    _on_case("pause", asks_clocks.PauseAsked, pause, "Let a clock stand still"),
    _on_case("resume", asks_clocks.ResumeAsked, resume, "Let a paused clock go on"),
    _on_case("extend", asks_clocks.ExtendAsked, extend, "Put a deadline off"),
    _on_case(
        "extension-notice",
        asks_clocks.ExtensionNoticeAsked,
        extension_notice,
        "Record how the applicant was told of the extension",
    ),
    _on_case(
        "found-child",
        asks_clocks.FoundChildAsked,
        found_child,
        "A child without parental care: found, registered, in_hospital, placed_on",
    ),
    _on_case(
        "quality-call", asks_clocks.QualityCallAsked, quality_call, "A call after closing"
    ),
    _on_case(
        "reread-urgency",
        asks_clocks.RereadAsked,
        reread,
        "Uphold a lowered urgency, or restore the level from before",
    ),
    get(
        "/lowered-urgencies",
        lowered,
        LoweredPage,
        "Lowered urgencies that wait for a second person",
    ),
    _on_case("register-appeal", NothingAsked, register, "Register as an appeal"),
]
