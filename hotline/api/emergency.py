"""/cases/{number}/emergency/{service}/called and /accepted: hand-offs by voice."""

from hotline.actions.record_handoff import handoff_accepted, handoff_called
from hotline.api.asks import CalledAsked, TakenAsked
from hotline.api.call import Ask, Call, post
from hotline.api.cases import fresh_case
from hotline.store.view_parts import CaseView


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


CALLS: list[Call] = [
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
