"""GET /staffing-phone: how many operators the telephone needs, by Erlang C, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from hotline.actions.read_phone import target_of
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.phone_words import CALL_WRONG
from hotline.console.session import guarded
from hotline.i18n import gettext
from hotline.identity.viewer import Viewer
from hotline.quality.erlang import Demand, Staffing, staffing
from hotline.quality.service_level import figures_of, lists_of
from hotline.runtime import Runtime
from hotline.store import call_figures
from hotline.store.call_figures import INTERVAL_S
from hotline.web.keys import RT
from hotline.web.pages import locale_of

WEEKS = 4
USUAL_HANDLE_S = 240  # until there is a past of our own


@dataclass(frozen=True, slots=True)
class Past:
    """What the last WEEKS were like. `calls`: in a half hour, by weekday and half hour."""

    calls: Mapping[tuple[int, int], float]
    handle_s: float | None

    def busiest(self) -> float:
        """Return the calls of the busiest half hour of the week."""
        return max(self.calls.values(), default=0.0)


async def past_of(rt: Runtime, viewer: Viewer) -> Past:
    """Return the mean half hours of the last WEEKS, and the handle time."""
    async with rt.transaction(viewer) as tx:
        begin, end = tx.now - timedelta(weeks=WEEKS), tx.now
        counted = await call_figures.by_half_hour(tx, viewer, begin, end)
        calls = await call_figures.incoming(tx, viewer, begin, end)
        found = figures_of(lists_of(calls, target_of(rt), tx.now), [], tx.now)
    halves = {when: n / WEEKS for when, n in counted.items()}
    return Past(halves, found.handle_time_s)


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page: the week's half hours from our own past, and one demand worked out."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    past = await past_of(rt, viewer)
    rules = rt.config.channels.phone
    usual = {
        "calls": f"{past.busiest():g}",
        "handle": f"{past.handle_s or USUAL_HANDLE_S:.0f}",
        "within": f"{rules.answered_within_s}",
        "share": f"{100 * rules.answered_share:g}",
        "away": f"{100 * rules.shrinkage:g}",
    }
    typed = {name: request.query.get(name, value) for name, value in usual.items()}
    wrong = ""
    found: Staffing | None = None
    try:
        found = staffing(_demand(typed))
    except ValueError:
        wrong = gettext(locale_of(request), CALL_WRONG["bad_demand"])
    return shell.page(
        request,
        "staffing_phone.html",
        status=422 if wrong else 200,
        typed=typed,
        wrong=wrong,
        found=found,
        past=past,
        week=_week(past, found),
        weeks=WEEKS,
    )


def _demand(typed: Mapping[str, str]) -> Demand:
    """Return the form as a demand. Errors: ValueError for what is no number."""
    number = {name: float(text.replace(",", ".")) for name, text in typed.items()}
    return Demand(
        calls=number["calls"],
        handle_s=number["handle"],
        within_s=number["within"],
        share=number["share"] / 100,
        shrinkage=number["away"] / 100,
        interval_s=INTERVAL_S,
    )


def _week(past: Past, asked: Staffing | None) -> list[tuple[str, list[int | None]]]:
    """Return (half hour, operators on the rota by weekday) for half hours with calls."""
    if asked is None:
        return []
    demand = asked.demand
    rows = []
    for half in sorted({half for _, half in past.calls}):
        needs: list[int | None] = []
        for day in range(1, 8):
            calls = past.calls.get((day, half), 0.0)
            one = Demand(
                calls,
                demand.handle_s,
                demand.within_s,
                demand.share,
                demand.shrinkage,
                demand.interval_s,
            )
            needs.append(staffing(one).on_rota if calls else None)
        rows.append((f"{half // 2:02}:{half % 2 * 30:02}", needs))
    return rows


show_page = guarded(Role.SUPERVISOR)(show)
