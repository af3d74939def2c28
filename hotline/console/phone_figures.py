"""The telephone's figures as pages show them: tiles with their formula, and who does what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hotline.console.wording import Wording
from hotline.identity.viewer import Viewer
from hotline.quality.service_level import (
    CallFigures,
    CallLists,
    Target,
    clipped,
    figures_of,
    lists_of,
)
from hotline.runtime import Runtime
from hotline.store import call_figures, presence
from hotline.store.transaction import Transaction

_SPANS = {
    "shift": timedelta(hours=12),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure. `behind`: the list that it counts, by its name in CallLists."""

    name: str
    label: str
    value: str
    foot: str
    behind: str
    icon: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class PhoneBoard:
    """The figures of a period, the calls behind them, and what everybody does now."""

    period: str
    lists: CallLists
    figures: CallFigures
    target: Target
    operators: Sequence[Any]


def target_of(rt: Runtime) -> Target:
    """Return what config/channels.yaml calls in time, and too short to count."""
    rules = rt.config.channels.phone
    return Target(
        within=timedelta(seconds=rules.answered_within_s),
        abandoned_after=timedelta(seconds=rules.abandoned_after_s),
    )


async def phone_board(
    rt: Runtime, tx: Transaction, viewer: Viewer, period: str = "shift"
) -> PhoneBoard:
    """Return the telephone's board for a period of `phone_words.PERIOD`; else the shift."""
    chosen = period if period in _SPANS else "shift"
    begin, end = tx.now - _SPANS[chosen], tx.now
    target = target_of(rt)
    calls = await call_figures.incoming(tx, viewer, begin, end + timedelta(seconds=1))
    spans = clipped(await call_figures.spans(tx, begin, end), begin, end)
    lists = lists_of(calls, target, tx.now)
    figures = figures_of(lists, spans, tx.now)
    return PhoneBoard(chosen, lists, figures, target, await presence.everybody(tx))


def tiles(board: PhoneBoard, w: Wording) -> list[Tile]:
    """Return the tiles, each with how it was counted."""
    of, found = board.lists, board.figures
    within = int(board.target.within.total_seconds())
    short = int(board.target.abandoned_after.total_seconds())
    wait = found.longest_wait_s
    return [
        Tile(
            "service-level",
            w.say("Answered in {n} s", n=within),
            _percent(found.service_level),
            f"{len(of.answered_soon)} / ({len(of.offered)} − {len(of.too_short)})",
            "answered_soon",
            "circle-check",
        ),
        Tile(
            "answer-speed",
            w.say("Speed of answer"),
            _seconds(w, found.answer_speed_s),
            w.say("mean wait of {n} answered", n=len(of.answered)),
            "answered",
            "clock",
        ),
        Tile(
            "abandoned",
            w.say("Abandoned"),
            str(len(of.abandoned)),
            w.say("called back: {n}; after {s} s", n=len(of.called_back), s=short),
            "abandoned",
            "phone",
            "kpi-warn" if of.abandoned else "",
        ),
        Tile(
            "without-way",
            w.say("No safe way to call"),
            str(len(of.without_way)),
            w.say("of those who gave up"),
            "without_way",
            "shield-alert",
        ),
        Tile(
            "handle-time",
            w.say("Handle time"),
            _seconds(w, found.handle_time_s),
            w.say("talk and writing up of {n} calls", n=len(of.written_up)),
            "written_up",
            "timer",
        ),
        Tile(
            "occupancy",
            w.say("Occupancy"),
            _percent(found.occupancy),
            w.say("talk and writing up / (the same + ready)"),
            "written_up",
            "activity",
        ),
        Tile(
            "longest-wait",
            w.say("Longest wait now"),
            _seconds(w, wait),
            w.say("waiting: {n}", n=len(of.waiting)),
            "waiting",
            "users",
            "kpi-crit" if wait is not None and wait > within else "",
        ),
    ]


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.0f} %"


def _seconds(w: Wording, seconds: float | None) -> str:
    return "—" if seconds is None else w.span(timedelta(seconds=round(seconds)))
