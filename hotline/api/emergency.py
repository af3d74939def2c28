"""/cases/{number}/emergency: whom to ring, what came of it, what to ask a child."""

from hotline.actions.read_emergency import Guide, read_emergency
from hotline.actions.record_handoff import (
    handoff_accepted,
    handoff_attempted,
    handoff_called,
)
from hotline.api.asks import CalledAsked, TakenAsked
from hotline.api.asks_emergency import AttemptAsked
from hotline.api.call import Ask, Call, get, post
from hotline.api.cases import fresh_case
from hotline.store.view_parts import CaseView, View


class RingLine(View, frozen=True):
    """One number to ring, in order. Without `number`, `way` says what to do first."""

    way: str  # find_place | district_desk | region_desk | direct | through_centre | body
    service: str | None
    number: str | None
    body: str | None


class WayLine(View, frozen=True):
    """Whom to ring for one service. `instead`: the service itself is complained of."""

    service: str
    instead: bool
    steps: tuple[RingLine, ...]


class QuestionLine(View, frozen=True):
    """One question for a child; `answered`: places that the text named already."""

    asks: str
    kk: str
    ru: str
    en: str
    answered: tuple[str, ...]


class GuideView(View, frozen=True):
    """Whom to ring for a case, and how to find a child whose place is unknown."""

    place_unknown: bool
    services: tuple[WayLine, ...]
    script: tuple[QuestionLine, ...]


async def guide(ask: Ask) -> GuideView:
    """Return whom to ring."""
    return _view(await read_emergency(ask.rt, ask.viewer, ask.path["number"]))


def _view(found: Guide) -> GuideView:
    return GuideView(
        place_unknown=found.place_unknown,
        services=tuple(
            WayLine(
                service=service,
                instead=way.instead,
                steps=tuple(
                    RingLine(
                        way=step.way,
                        service=step.service,
                        number=step.number or found.phones.get(step.body or ""),
                        body=step.body,
                    )
                    for step in way.steps
                ),
            )
            for service, way in found.ways.items()
        ),
        script=tuple(
            QuestionLine(
                asks=line.asks, kk=line.kk, ru=line.ru, en=line.en, answered=line.answered
            )
            for line in found.script
        ),
    )


async def called(ask: Ask) -> str:
    """Record that a service was rung."""
    number, body = ask.path["number"], ask.body
    await handoff_called(
        ask.rt,
        ask.viewer,
        number,
        ask.path["service"],
        number_called=body.number,
        at=body.at,
        version=ask.version,
    )
    return number


async def accepted(ask: Ask) -> str:
    """Record who at the service took it over."""
    number, body = ask.path["number"], ask.body
    await handoff_accepted(
        ask.rt,
        ask.viewer,
        number,
        ask.path["service"],
        by=body.by,
        reference=body.reference,
        at=body.at,
        version=ask.version,
    )
    return number


async def attempted(ask: Ask) -> str:
    """Record what came of one call."""
    number, body = ask.path["number"], ask.body
    await handoff_attempted(
        ask.rt,
        ask.viewer,
        number,
        ask.path["service"],
        result=body.result,
        number_called=body.number,
        by=body.by,
        note=body.note,
        version=ask.version,
    )
    return number


CALLS: list[Call] = [
    get(
        "/cases/{number}/emergency",
        guide,
        GuideView,
        "Whom to ring for the place of the case, and the questions that find a child",
    ),
    post(
        "/cases/{number}/emergency/{service}/attempts",
        AttemptAsked,
        attempted,
        fresh_case,
        CaseView,
        "What came of one call; only an acceptance with a name ends the task",
    ),
    post(
        "/cases/{number}/emergency/{service}/called",
        CalledAsked,
        called,
        fresh_case,
        CaseView,
        "102, 103 or 112 was rung",
    ),
    post(
        "/cases/{number}/emergency/{service}/accepted",
        TakenAsked,
        accepted,
        fresh_case,
        CaseView,
        "The service took it over; meets `emergency_handoff`",
    ),
]
