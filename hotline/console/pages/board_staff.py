"""GET /board/staffing: bodies beside the norm of children, the desk beside Erlang's need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from hotline.actions.show_staffing import show_staffing
from hotline.cases.terms import Role
from hotline.console import charts, shell
from hotline.console.pages.case import body_names
from hotline.console.pages.staffing_phone import USUAL_HANDLE_S, past_of
from hotline.console.session import guarded
from hotline.identity.viewer import Viewer
from hotline.quality.erlang import Demand, staffing
from hotline.runtime import Runtime
from hotline.store import call_figures, presence
from hotline.web.keys import RT
from hotline.web.pages import locale_of

ON_BOARD = 8  # bodies beside the board's other tables
HALF = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class HalfHour:
    """Half an hour of today. `there`: operators at the telephone on the average."""

    label: str
    needed: int
    there: float | None


@dataclass(frozen=True, slots=True)
class DeskNeed:
    """Today's half hours, drawn and told."""

    halves: Sequence[HalfHour]
    drawn: charts.Steps
    now_needed: int
    now_there: int


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page, or with `?part=1` what the board shows of it."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    lines = await show_staffing(rt, viewer, None)
    async with rt.transaction(viewer) as tx:
        named = await body_names(tx, locale_of(request))
    part = "part" in request.query
    known = [one for one in lines if one.posts_needed is not None]
    known.sort(key=lambda one: one.posts / (one.posts_needed or 1))
    short = [one for one in known if one.short]
    return shell.page(
        request,
        "board_staff_part.html" if part else "board_staff.html",
        desk=await _desk(rt, viewer),
        bodies=short[:ON_BOARD] if part else [*known, *_others(lines)],
        short=short,
        known=len(known),
        norm=rt.config.referral.norm.children_per_specialist,
        named=named,
        part=part,
    )


def _others(lines: Sequence[object]) -> list[object]:
    return [one for one in lines if getattr(one, "posts_needed", None) is None]


async def _desk(rt: Runtime, viewer: Viewer) -> DeskNeed:
    past = await past_of(rt, viewer)
    async with rt.transaction(viewer) as tx:
        now = tx.now
        midnight = now.astimezone(shell.ALMATY).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        spans = await call_figures.spans(tx, midnight, now)
        there_now = sum(one.state != "pause" for one in await presence.everybody(tx))
    rules = rt.config.channels.phone

    def needed(half: int) -> int:
        calls = past.calls.get((midnight.isoweekday(), half), 0.0)
        handle = past.handle_s or USUAL_HANDLE_S
        demand = Demand(calls, handle, rules.answered_within_s, rules.answered_share)
        return staffing(demand).at_telephone if calls else 0

    def there(begin: datetime) -> float | None:
        end = min(begin + HALF, now)
        if end <= begin:
            return None
        at = [min(s.end, end) - max(s.begin, begin) for s in spans]
        return round(
            sum((x for x in at if x > timedelta()), timedelta()) / (end - begin), 1
        )

    halves = [
        HalfHour(
            f"{half // 2:02}:{half % 2 * 30:02}",
            needed(half),
            there(midnight + half * HALF),
        )
        for half in range(48)
    ]
    drawn = charts.steps_of([h.needed for h in halves], [h.there for h in halves])
    here = halves[int((now - midnight) / HALF)]
    return DeskNeed(halves, drawn, here.needed, there_now)


show_page = guarded(Role.SUPERVISOR)(show)
