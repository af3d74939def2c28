"""/emergency-numbers: the dated directory of duty desks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hotline.actions import change_emergency_number as numbers
from hotline.api import reading
from hotline.api.asks_emergency import NumberAsked, NumberEndAsked
from hotline.api.call import Ask, Call, get, post
from hotline.cases.terms import EmergencyService
from hotline.errors import NotFound
from hotline.store import emergency_numbers
from hotline.store.view_parts import View

_DIGITS = 18  # of an id, at most


class NumberLine(View, frozen=True):
    """One entry; it holds from `valid_from` until before `valid_to`."""

    id: int
    service: str
    region: str
    district: str | None
    number: str
    valid_from: date
    valid_to: date | None
    source: str


class NumberPage(View, frozen=True):
    """The entries, also those that no longer hold."""

    items: tuple[NumberLine, ...]


async def listed(ask: Ask) -> NumberPage:
    """Return the directory of duty desks, for 111 and administrators."""
    if not ask.viewer.at_111:
        numbers.require_keeper(ask.viewer)
    service = reading.one_of(
        ask.query, "service", frozenset(EmergencyService), "unknown_service"
    )
    region = reading.one_of(ask.query, "region", ask.rt.regions, "unknown_region")
    async with ask.rt.transaction(ask.viewer) as tx:
        return _page(await emergency_numbers.listed(tx, service=service, region=region))


def _page(rows: Sequence[Any]) -> NumberPage:
    same = NumberLine.__struct_fields__
    return NumberPage(
        items=tuple(
            NumberLine(**{name: getattr(row, name) for name in same}) for row in rows
        )
    )


async def add(ask: Ask) -> str:
    """Add an entry."""
    body: NumberAsked = ask.body
    given = numbers.NumberGiven(
        service=body.service,
        region=body.region,
        number=body.number,
        valid_from=body.valid_from,
        source=body.source,
        district=body.district,
        valid_to=body.valid_to,
    )
    return str(await numbers.add_number(ask.rt, ask.viewer, given))


async def end(ask: Ask) -> str:
    """End an entry."""
    chosen = ask.path["id"]
    if not (chosen.isascii() and chosen.isdecimal()) or len(chosen) > _DIGITS:
        raise NotFound("no such number")
    await numbers.end_number(ask.rt, ask.viewer, int(chosen), ask.body.valid_to)
    return chosen


async def whole(ask: Ask, _: str) -> NumberPage:
    """Return the directory as it stands now."""
    async with ask.rt.transaction(ask.viewer) as tx:
        return _page(await emergency_numbers.listed(tx))


CALLS: list[Call] = [
    get(
        "/emergency-numbers",
        listed,
        NumberPage,
        "Duty desks of 102, 103 and 112 by place and date",
        query={"service": "102, 103 or 112", "region": "two-digit KATO prefix"},
        for_admin=True,
    ),
    post(
        "/emergency-numbers",
        NumberAsked,
        add,
        whole,
        NumberPage,
        "Add a duty desk's number; overlaps are refused",
        status=201,
        for_admin=True,
    ),
    post(
        "/emergency-numbers/{id}/end",
        NumberEndAsked,
        end,
        whole,
        NumberPage,
        "Let a number hold until before a day",
        for_admin=True,
    ),
]
