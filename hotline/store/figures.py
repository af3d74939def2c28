"""The supervisor's numbers. Each equals the list that it counts; a test compares them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store import heartbeats, risks
from hotline.store.figure_lines import FigureLine
from hotline.store.figure_lists import count, counts, oldest
from hotline.store.figure_rows import Asked, Source, of_source, rows_of
from hotline.store.list_parts import CAP
from hotline.store.notices import SHIFT
from hotline.store.tables import notices
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import notices_open_to

ALMATY = ZoneInfo("Asia/Almaty")


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
    """One region. `burning`: late, or due within the hour."""

    region: str
    open: int
    overdue: int
    burning: int
    acceptance: OnTime


class Hours(View, frozen=True):
    """Contacts by hour of the day in Almaty: today so far, and the same day a week ago."""

    today: tuple[int, ...]
    week_ago: tuple[int, ...]


class Board(View, frozen=True):
    """Everything on the board, all of it exact.

    `figures`: every number by its name; `/figures/{name}` is the list that it counts.
    """

    at: datetime
    region: str
    period: str  # of the telephone's figures
    urgent_waiting: int
    overdue: int
    open: int
    in_queue: int
    waiting_since: datetime | None
    acceptance: OnTime
    engine: EngineLag
    dead: int
    at_risk: tuple[FigureLine, ...]
    regions: tuple[RegionFigures, ...]
    hours: Hours
    notices: int
    figures: Mapping[str, int]


async def board(
    tx: Transaction, viewer: Viewer, regions: Sequence[str] = (), *, region: str = ""
) -> Board:
    """Return the board; for people at 111. `regions`: those to show though they are empty.

    `region`: figures of that region alone; what is told by region stays the whole country's.
    Errors: NotFound outside 111.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    everywhere, here = Asked(viewer, tx.now), Asked(viewer, tx.now, region)
    cases = await counts(tx, Source.CASES, of_source(Source.CASES), everywhere)
    waits = await counts(tx, Source.WAITING, of_source(Source.WAITING), here)
    offers = await counts(tx, Source.OFFERS, of_source(Source.OFFERS), everywhere)
    numbers = {name: _sum(by, region) for name, by in (*cases.items(), *offers.items())}
    numbers |= {name: by[""] for name, by in waits.items()}
    numbers["overdue_yesterday"] = await count(tx, "overdue_yesterday", here)
    lag = await heartbeats.lag(tx)
    return Board(
        at=tx.now,
        region=region,
        period="",
        urgent_waiting=numbers["urgent"],
        overdue=numbers["overdue"],
        open=numbers["open"],
        in_queue=numbers["queue"],
        waiting_since=await oldest(tx, here) if numbers["queue"] else None,
        acceptance=_on_time(numbers["accepted_on_time"], numbers["accepted_late"]),
        engine=_engine(lag),
        dead=lag.dead,
        at_risk=await risks.at_risk(tx, here),
        # Cases whose place nobody knows yet stand under "": the rows add up to the total.
        regions=tuple(
            _region(code, cases, offers)
            for code in sorted({*regions, *cases["open"], *offers["accepted_late"]})
        ),
        hours=await _hours(tx, here),
        notices=await unseen_notices(tx, viewer),
        figures=numbers,
    )


def _sum(by_region: Mapping[str, int], region: str) -> int:
    return by_region.get(region, 0) if region else sum(by_region.values())


def _engine(lag: heartbeats.Lag) -> EngineLag:
    return EngineLag(
        sweep_s=lag.sweep_s,
        outbox_s=lag.outbox_s,
        workers=tuple(
            WorkerBeat(process=b.process, kind=b.kind, age_s=b.age_s) for b in lag.workers
        ),
    )


def _region(
    code: str,
    cases: Mapping[str, Mapping[str, int]],
    offers: Mapping[str, Mapping[str, int]],
) -> RegionFigures:
    late = offers["accepted_late"].get(code, 0)
    return RegionFigures(
        region=code,
        open=cases["open"].get(code, 0),
        overdue=cases["overdue"].get(code, 0),
        burning=cases["burning"].get(code, 0),
        acceptance=_on_time(offers["accepted_on_time"].get(code, 0), late),
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


def _on_time(on_time: int, late: int) -> OnTime:
    both = on_time + late
    percent = round(100 * on_time / both, 1) if both else None
    return OnTime(on_time=on_time, late=late, percent=percent)


async def _hours(tx: Transaction, asked: Asked) -> Hours:
    days = []
    today = tx.now.astimezone(ALMATY).date()
    for day in (today, today - timedelta(days=7)):
        begin, end = day_of(day)
        that_day = replace(asked, begin=begin, end=end)
        rows = rows_of(Source.CAME_IN, that_day)
        hour = func.extract("hour", func.timezone("Asia/Almaty", rows.c.at))
        found = await tx.rows(
            select(hour.label("hour"), func.count().label("n")).group_by(hour)
        )
        known = {int(row.hour): int(row.n) for row in found}
        days.append(tuple(known.get(hour_of_day, 0) for hour_of_day in range(24)))
    return Hours(today=days[0], week_ago=days[1])


def day_of(day: date, hour: int | None = None) -> tuple[datetime, datetime]:
    """Return the first moment of a day in Almaty, or of an hour of it, and the first after."""
    begin = datetime.combine(day, time(hour or 0), ALMATY)
    return begin, begin + (timedelta(days=1) if hour is None else timedelta(hours=1))
