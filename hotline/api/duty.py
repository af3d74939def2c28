"""/bodies/{id}/duty, /pages and /cases/{number}/phone-handover: who is woken, and who answered."""

from datetime import datetime, timedelta
from typing import Any

from hotline.actions import set_duty as roster
from hotline.actions.answer_page import answer_page, my_pages
from hotline.actions.phone_handover import phone_handover
from hotline.api.asks import NothingAsked
from hotline.api.asks_duty import DutyAsked, HandoverAsked, row_id
from hotline.api.call import Ask, Call, get, post
from hotline.api.cases import fresh_case
from hotline.store.view_parts import CaseView, View

_SHOWN = timedelta(days=28)


class ShiftLine(View, frozen=True, rename={"from_at": "from", "to_at": "to"}):
    """One shift."""

    id: int
    person: str
    display_name: str
    rank: int
    from_at: datetime
    to_at: datetime


class DutyPage(View, frozen=True):
    """A body's roster from now on, for four weeks."""

    body: str
    items: tuple[ShiftLine, ...]


class PageLine(View, frozen=True):
    """One open page: mine, or one whose chain has ended at 111."""

    id: int
    at: datetime
    body: str
    number: str | None  # of the case, else the contact's receipt
    urgency: int
    cause: str
    mine: bool
    state: str
    next_at: datetime | None


class PagePage(View, frozen=True):
    """Open pages, gravest first."""

    items: tuple[PageLine, ...]


async def duty(ask: Ask) -> DutyPage:
    """Return a body's roster."""
    return await duty_of(ask, ask.path["body"])


async def duty_of(ask: Ask, body: str) -> DutyPage:
    """Return a body's roster as it stands now."""
    rows = await roster.show_duty(ask.rt, ask.viewer, body, ask.rt.clock.now(), _SHOWN)
    return DutyPage(
        body=body,
        items=tuple(
            ShiftLine(
                id=row.id,
                person=row.username,
                display_name=row.display_name,
                rank=row.rank,
                from_at=row.from_at,
                to_at=row.to_at,
            )
            for row in rows
        ),
    )


async def plan(ask: Ask) -> str:
    """Add shifts."""
    body: DutyAsked = ask.body
    planned = [
        roster.Planned(one.person, one.rank, one.from_at, one.to_at) for one in body.shifts
    ]
    await roster.set_duty(ask.rt, ask.viewer, ask.path["body"], planned)
    return ask.path["body"]


async def cancel(ask: Ask) -> str:
    """Take a shift out."""
    wanted = row_id(ask.path["shift"])
    return await roster.cancel_duty(ask.rt, ask.viewer, wanted)


async def listed(ask: Ask) -> PagePage:
    """Return open pages."""
    rows = await my_pages(ask.rt, ask.viewer)
    return PagePage(items=tuple(_line(ask, row) for row in rows))


def _line(ask: Ask, row: Any) -> PageLine:
    return PageLine(
        id=row.id,
        at=row.at,
        body=row.meant_for,
        number=row.number or row.receipt,
        urgency=row.urgency,
        cause=row.cause,
        mine=row.person_id == ask.viewer.person_id,
        state=row.state,
        next_at=row.next_at,
    )


async def answered(ask: Ask) -> str:
    """Answer a page."""
    await answer_page(ask.rt, ask.viewer, row_id(ask.path["page"]))
    return ask.path["page"]


async def listed_now(ask: Ask, _: str) -> PagePage:
    """Return what is still open."""
    return await listed(ask)


async def handed_over(ask: Ask) -> str:
    """Record a hand-over by voice."""
    body: HandoverAsked = ask.body
    number = ask.path["number"]
    await phone_handover(
        ask.rt,
        ask.viewer,
        number,
        body.referral,
        name=body.name,
        reference=body.reference,
        version=ask.version,
    )
    return number


CALLS: list[Call] = [
    get(
        "/bodies/{body}/duty",
        duty,
        DutyPage,
        "A body's duty roster, four weeks from now",
        for_admin=True,
    ),
    post(
        "/bodies/{body}/duty",
        DutyAsked,
        plan,
        duty_of,
        DutyPage,
        "Add shifts, all or none; two of one rank may not overlap",
        status=201,
        for_admin=True,
    ),
    post(
        "/duty/{shift}/cancel",
        NothingAsked,
        cancel,
        duty_of,
        DutyPage,
        "Take a shift out of the roster",
        for_admin=True,
    ),
    get("/pages", listed, PagePage, "Whom we woke: mine, and for 111 what nobody answered"),
    post(
        "/pages/{page}/answer",
        NothingAsked,
        answered,
        listed_now,
        PagePage,
        "I am awake and look at it: the chain ends with my name",
    ),
    post(
        "/cases/{number}/phone-handover",
        HandoverAsked,
        handed_over,
        fresh_case,
        CaseView,
        "A body without a login took it over by voice (111); meets `acceptance`",
    ),
]
