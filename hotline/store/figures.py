"""The supervisor's numbers. Each equals the list that it counts; a test compares them."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, func, literal_column, or_, select

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store import contact_lists, heartbeats, lists, risks
from hotline.store.list_parts import CAP
from hotline.store.notices import SHIFT
from hotline.store.risks import AtRisk
from hotline.store.tables import breaches, cases, clocks, contacts, notices
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import closed_to, notices_open_to, open_to

ALMATY = ZoneInfo("Asia/Almaty")
PERIOD = timedelta(days=7)  # over which "accepted on time" is told


class WorkerBeat(View, frozen=True):
    """One process. Units: seconds since it was last heard of."""

    process: str
    kind: str
    age_s: float


class EngineLag(View, frozen=True):
    """How far the engine is behind. Units: seconds."""

    sweep_s: float
    outbox_s: float
    workers: tuple[WorkerBeat, ...]


class OnTime(View, frozen=True):
    """Offers answered in time and late within PERIOD; `percent` None while there were none."""

    on_time: int
    late: int
    percent: float | None


class RegionFigures(View, frozen=True):
    """One region."""

    region: str
    open: int
    overdue: int
    acceptance: OnTime


class Hours(View, frozen=True):
    """Contacts by hour of the day in Almaty: today so far, and the same day a week ago."""

    today: tuple[int, ...]
    week_ago: tuple[int, ...]


class Board(View, frozen=True):
    """Everything on the board. Counts stop at 10,001 where they had to be counted."""

    at: datetime
    urgent_waiting: int
    overdue: int
    open: int
    in_queue: int
    waiting_since: datetime | None
    acceptance: OnTime
    engine: EngineLag
    dead: int
    at_risk: tuple[AtRisk, ...]
    regions: tuple[RegionFigures, ...]
    hours: Hours
    notices: int


async def board(tx: Transaction, viewer: Viewer, regions: Sequence[str] = ()) -> Board:
    """Return the board; for people at 111. `regions`: those to show though they are empty.

    Errors: NotFound outside 111.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    waiting, since = await contact_lists.waiting(tx, viewer)
    urgent, _ = await contact_lists.waiting(tx, viewer, urgent_only=True)
    open_by = await _open_by_region(tx, viewer)
    late_by = await _overdue_by_region(tx, viewer)
    on_time, late = await _acceptance(tx, viewer)
    lag = await heartbeats.lag(tx)
    # Cases whose place nobody knows yet stand under "": the rows add up to the total.
    shown = sorted({*regions, *open_by, *late_by})
    return Board(
        at=tx.now,
        urgent_waiting=urgent,
        overdue=min(sum(late_by.values()), CAP),
        open=sum(open_by.values()),
        in_queue=waiting,
        waiting_since=since,
        acceptance=_on_time(sum(on_time.values()), sum(late.values())),
        engine=EngineLag(
            sweep_s=lag.sweep_s,
            outbox_s=lag.outbox_s,
            workers=tuple(
                WorkerBeat(process=b.process, kind=b.kind, age_s=b.age_s)
                for b in lag.workers
            ),
        ),
        dead=lag.dead,
        at_risk=await risks.at_risk(tx, viewer),
        regions=tuple(
            RegionFigures(
                region=code,
                open=open_by.get(code, 0),
                overdue=late_by.get(code, 0),
                acceptance=_on_time(on_time.get(code, 0), late.get(code, 0)),
            )
            for code in shown
        ),
        hours=await _hours(tx, viewer),
        notices=await unseen_notices(tx, viewer),
    )


async def unseen_notices(tx: Transaction, viewer: Viewer) -> int:
    """Return how many notices wait for the viewer's bodies, the shift, or them alone."""
    audiences = [*sorted(viewer.bodies), *([SHIFT] if viewer.at_111 else [])]
    if not audiences:
        return 0
    mine = or_(notices.c.person_id.is_(None), notices.c.person_id == viewer.person_id)
    waiting = (
        select(notices.c.id)
        .where(
            notices.c.audience.in_(audiences),
            notices.c.seen_at.is_(None),
            mine,
            notices_open_to(viewer),
        )
        .limit(CAP)
        .subquery()
    )
    row = await tx.one(select(func.count().label("n")).select_from(waiting))
    return int(row.n) if row else 0


async def _open_by_region(tx: Transaction, viewer: Viewer) -> dict[str, int]:
    found: dict[str, int] = {}
    for (region, status, _), n in (await lists.counters_of_cases(tx, viewer)).items():
        if status != "closed":
            found[region] = found.get(region, 0) + n
    return found


async def _overdue_by_region(tx: Transaction, viewer: Viewer) -> dict[str, int]:
    late = (
        select(cases.c.region)
        .where(cases.c.status != "closed", cases.c.due_at < tx.now, open_to(viewer))
        .limit(CAP)
        .subquery()
    )
    rows = await tx.rows(
        select(late.c.region, func.count().label("n")).group_by(late.c.region)
    )
    return {row.region or "": int(row.n) for row in rows}


async def _acceptance(
    tx: Transaction, viewer: Viewer
) -> tuple[dict[str, int], dict[str, int]]:
    """Return, by region, offers answered in time and offers that were late, in PERIOD."""
    since = tx.now - PERIOD
    closed = select(cases.c.id).where(closed_to(viewer))
    met = await tx.rows(
        select(cases.c.region, func.count().label("n"))
        .join(clocks, clocks.c.case_id == cases.c.id)
        .where(
            clocks.c.name == literal_column("'acceptance'"),
            clocks.c.met_at > since,
            clocks.c.breached_at.is_(None),
            open_to(viewer),
        )
        .group_by(cases.c.region)
    )
    late = await tx.rows(
        select(breaches.c.region, func.count().label("n"))
        .where(
            breaches.c.judged_at > since,
            breaches.c.name == "acceptance",
            or_(breaches.c.case_id.is_(None), breaches.c.case_id.not_in(closed)),
        )
        .group_by(breaches.c.region)
    )
    return _by_region(met), _by_region(late)


def _by_region(rows: Sequence[Row[Any]]) -> dict[str, int]:
    return {row.region or "": int(row.n) for row in rows}


def _on_time(on_time: int, late: int) -> OnTime:
    both = on_time + late
    percent = round(100 * on_time / both, 1) if both else None
    return OnTime(on_time=on_time, late=late, percent=percent)


async def _hours(tx: Transaction, viewer: Viewer) -> Hours:
    today = tx.now.astimezone(ALMATY).date()
    days = []
    for day in (today, today - timedelta(days=7)):
        start = datetime.combine(day, time(), ALMATY)
        hour = func.extract("hour", func.timezone("Asia/Almaty", contacts.c.received_at))
        rows = await tx.rows(
            select(hour.label("hour"), func.count().label("n"))
            .where(
                and_(
                    contacts.c.received_at >= start,
                    contacts.c.received_at < start + timedelta(days=1),
                    open_to(viewer, contacts),
                )
            )
            .group_by(hour)
        )
        known = {int(row.hour): int(row.n) for row in rows}
        days.append(tuple(known.get(hour_of_day, 0) for hour_of_day in range(24)))
    return Hours(today=days[0], week_ago=days[1])
