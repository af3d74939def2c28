"""/people/{id}/absences and /reach-ways: who is away, who stands in, how a person is woken.

`{id}` is a user name or a number. No call shows an address again once it was given.
"""

from datetime import datetime

from hotline.actions import add_absence as absence
from hotline.actions import add_reach_way as reach
from hotline.api.asks import NothingAsked
from hotline.api.asks_duty import AbsenceAsked, ReachWayAsked, row_id
from hotline.api.call import Ask, Call, get, post
from hotline.store.view_parts import View


class AbsenceLine(View, frozen=True, rename={"from_at": "from", "to_at": "to"}):
    """One absence that is not over."""

    id: int
    from_at: datetime
    to_at: datetime
    reason: str
    deputy: str | None


class AbsencePage(View, frozen=True):
    """A person's absences."""

    person: str
    items: tuple[AbsenceLine, ...]


class ReachLine(View, frozen=True):
    """One way of waking a person; the address stays closed."""

    id: int
    kind: str
    rank: int
    added_at: datetime


class ReachPage(View, frozen=True):
    """A person's ways, in the order in which they are tried."""

    person: str
    items: tuple[ReachLine, ...]


async def absences(ask: Ask) -> AbsencePage:
    """Return a person's absences."""
    return await absences_of(ask, ask.path["person"])


async def absences_of(ask: Ask, who: str) -> AbsencePage:
    """Return a person's absences as they stand now."""
    person, rows = await absence.list_absences(ask.rt, ask.viewer, who)
    return AbsencePage(
        person=person.username,
        items=tuple(
            AbsenceLine(
                id=row.id,
                from_at=row.from_at,
                to_at=row.to_at,
                reason=row.reason,
                deputy=row.deputy,
            )
            for row in rows
        ),
    )


async def add_absence(ask: Ask) -> str:
    """Add an absence."""
    body: AbsenceAsked = ask.body
    away = absence.Away(body.from_at, body.to_at, body.reason, body.deputy)
    await absence.add_absence(ask.rt, ask.viewer, ask.path["person"], away)
    return ask.path["person"]


async def cancel_absence(ask: Ask) -> str:
    """Cancel an absence."""
    wanted = row_id(ask.path["absence"])
    return await absence.cancel_absence(ask.rt, ask.viewer, wanted)


async def ways(ask: Ask) -> ReachPage:
    """Return a person's ways."""
    return await ways_of(ask, ask.path["person"])


async def ways_of(ask: Ask, who: str) -> ReachPage:
    """Return a person's ways as they stand now."""
    person, rows = await reach.list_reach_ways(ask.rt, ask.viewer, who)
    return ReachPage(
        person=person.username,
        items=tuple(
            ReachLine(id=row.id, kind=row.kind, rank=row.rank, added_at=row.added_at)
            for row in rows
        ),
    )


async def add_way(ask: Ask) -> str:
    """Add a way."""
    body: ReachWayAsked = ask.body
    await reach.add_reach_way(
        ask.rt,
        ask.viewer,
        ask.path["person"],
        kind=body.kind,
        address=body.address,
        rank=body.rank,
    )
    return ask.path["person"]


async def end_way(ask: Ask) -> str:
    """End a way."""
    wanted = row_id(ask.path["way"])
    return await reach.end_reach_way(ask.rt, ask.viewer, ask.path["person"], wanted)


CALLS: list[Call] = [
    get(
        "/people/{person}/absences",
        absences,
        AbsencePage,
        "Absences of a person (themselves, their head, supervisor, administrator)",
        for_admin=True,
    ),
    post(
        "/people/{person}/absences",
        AbsenceAsked,
        add_absence,
        absences_of,
        AbsencePage,
        "A person will be away; nothing new reaches them meanwhile",
        status=201,
        for_admin=True,
    ),
    post(
        "/absences/{absence}/cancel",
        NothingAsked,
        cancel_absence,
        absences_of,
        AbsencePage,
        "Cancel an absence",
        for_admin=True,
    ),
    get(
        "/people/{person}/reach-ways",
        ways,
        ReachPage,
        "How a person is woken, without the addresses",
        for_admin=True,
    ),
    post(
        "/people/{person}/reach-ways",
        ReachWayAsked,
        add_way,
        ways_of,
        ReachPage,
        "Add a way of waking a person; the address is sealed",
        status=201,
        for_admin=True,
    ),
    post(
        "/people/{person}/reach-ways/{way}/end",
        NothingAsked,
        end_way,
        ways_of,
        ReachPage,
        "End a way; its key is destroyed",
        for_admin=True,
    ),
]
