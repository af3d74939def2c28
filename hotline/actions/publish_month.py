"""Use cases: one supervisor proposes the public figures of a month, another publishes them.

What is confirmed is what was proposed, to the letter; what was published stays as it is.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hotline.cases.terms import Role
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Machine, Viewer
from hotline.quality.indicators import TABLES, Indicators, indicators
from hotline.quality.reports import Period, months_before
from hotline.runtime import Runtime
from hotline.store import publications
from hotline.store.transaction import one_snapshot

PUBLIC = Machine("public")
MOST = 36  # months that are shown
_ALMATY = ZoneInfo("Asia/Almaty")


@dataclass(frozen=True, slots=True)
class PublicationView:
    """One month, for those who publish."""

    id: int
    figures: Indicators
    proposed_by: str
    mine: bool  # who proposed does not confirm
    proposed_at: datetime
    confirmed_by: str | None
    published_at: datetime | None


async def propose_month(rt: Runtime, viewer: Viewer, month: date) -> int:
    """Count a month that is over and keep what may be told of it; return the proposal's id.

    Errors: NotFound, RuleForbids `month_not_over`, `month_there`.
    """
    _require_supervisor(viewer)
    if month not in open_months(rt):
        raise RuleForbids("this month is not over, or too old", code="month_not_over")
    period = Period(month, months_before(month, -1))
    regions = (*sorted(rt.regions), "")
    async with rt.transaction(PUBLIC) as tx:
        await one_snapshot(tx)
        counted = {by: await publications.counts(tx, period, by) for by in TABLES}
        judged = await publications.judged(tx, period)
    found = await asyncio.to_thread(indicators, month, regions, counted, judged)
    async with rt.transaction(viewer) as tx:
        if any(row.month == month for row in await publications.standing(tx, MOST)):
            raise RuleForbids("this month was proposed before", code="month_there")
        told = msgspec.to_builtins(found)
        made = await publications.add(tx, month, told, viewer.person_id)
        tx.record("month_proposed", data={"month": month.isoformat()})
    return made


async def confirm_month(rt: Runtime, viewer: Viewer, publication_id: int) -> date:
    """Publish for good what somebody else proposed; return the month.

    Errors: NotFound, RuleForbids `same_person`, `published_already`.
    """
    _require_supervisor(viewer)
    async with rt.transaction(viewer) as tx:
        row = await publications.lock(tx, publication_id)
        _require_proposal(row)
        if row.proposed_by == viewer.person_id:
            raise RuleForbids("somebody else confirms", code="same_person")
        await publications.change(
            tx, row.id, confirmed_by=viewer.person_id, published_at=tx.now
        )
        tx.record("month_published", data={"month": row.month.isoformat()})
        found: date = row.month
        return found


async def drop_month(rt: Runtime, viewer: Viewer, publication_id: int) -> None:
    """Take back a proposal that is not published. Errors: NotFound, RuleForbids."""
    _require_supervisor(viewer)
    async with rt.transaction(viewer) as tx:
        row = await publications.lock(tx, publication_id)
        _require_proposal(row)
        await publications.change(tx, row.id, dropped_at=tx.now)
        tx.record("month_dropped", data={"month": row.month.isoformat()})


async def list_months(rt: Runtime, viewer: Viewer) -> list[PublicationView]:
    """Return proposals and publications. Errors: NotFound."""
    _require_supervisor(viewer)
    async with rt.transaction(viewer) as tx:
        rows = await publications.standing(tx, MOST)
    return [
        PublicationView(
            row.id,
            msgspec.convert(row.content, Indicators),
            row.by,
            row.proposed_by == viewer.person_id,
            row.proposed_at,
            row.confirmed,
            row.published_at,
        )
        for row in rows
    ]


async def published_months(rt: Runtime) -> list[Indicators]:
    """Return what everybody may read, the newest month first."""
    async with rt.transaction(PUBLIC) as tx:
        rows = await publications.published(tx, MOST)
    return [msgspec.convert(row.content, Indicators) for row in rows]


def open_months(rt: Runtime) -> list[date]:
    """Return the months that are over and young enough to be proposed, the newest first."""
    this = rt.clock.now().astimezone(_ALMATY).date().replace(day=1)
    return [months_before(this, n) for n in range(1, MOST + 1)]


def _require_supervisor(viewer: Viewer) -> None:
    if viewer.role is not Role.SUPERVISOR:
        raise NotFound("no such page")


def _require_proposal(row: Any) -> None:
    if row.published_at is not None:
        raise RuleForbids("what was published stays", code="published_already")
