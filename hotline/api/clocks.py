"""/cases/{number}/clocks/{name}/working: how a deadline came about."""

from typing import cast

from hotline.api import reading
from hotline.api.answers import StepLine, Working
from hotline.api.call import Ask, Call, get
from hotline.api.cases import fresh_case
from hotline.cases.terms import ClockName, ClockState, Regime, Urgency
from hotline.errors import NotFound
from hotline.sla.deadline import due_for
from hotline.sla.explain import working, working_text
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
    deadline = due_for(
        ask.rt.config.sla,
        ask.rt.calendar,
        ClockName(clock.name),
        clock.started_at,
        urgency=Urgency(clock.urgency),
        regime=Regime(case.regime),
    )
    if deadline is None:
        raise NotFound("the configuration has no such limit any more", code="no_limit")
    steps = working(deadline, ask.rt.calendar)
    return Working(
        clock=clock.id,
        name=clock.name,
        text=working_text(deadline, steps, language),
        steps=tuple(StepLine(kind=s.kind, value=s.value, note=s.note) for s in steps),
    )


def _newest(case: CaseView, name: str) -> ClockView:
    found = [clock for clock in case.clocks if clock.name == name]
    if not found:
        raise NotFound("no such clock")
    return max(found, key=lambda clock: (clock.state not in _ENDED, clock.id))


CALLS: list[Call] = [
    get(
        "/cases/{number}/clocks/{name}/working",
        shown,
        Working,
        "How a deadline came about, in kk or ru",
        query={"lang": "kk or ru; else the reader's language"},
    ),
]
