"""Use case (a read): the telephone's figures of a period, and the calls behind each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotline.identity.viewer import Viewer
from hotline.quality.service_level import (
    CallFacts,
    CallFigures,
    CallLists,
    Target,
    clipped,
    figures_of,
    lists_of,
)
from hotline.runtime import Runtime
from hotline.store import call_figures, presence, shift_sheet
from hotline.store.transaction import Transaction

SHIFT = "shift"
SPANS: Mapping[str, timedelta] = {
    SHIFT: shift_sheet.SHIFT,  # at most: it begins when somebody took over
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}


@dataclass(frozen=True, slots=True)
class PhoneBoard:
    """The figures of a period, the calls behind them, and what everybody does now.

    `region`: the calls of that region alone; who is at the line is there for all of them.
    """

    period: str
    begin: datetime
    region: str
    lists: CallLists
    figures: CallFigures
    target: Target
    target_percent: float
    operators: Sequence[Any]


def target_of(rt: Runtime) -> Target:
    """Return what config/channels.yaml calls in time, and too short to count."""
    rules = rt.config.channels.phone
    return Target(
        within=timedelta(seconds=rules.answered_within_s),
        abandoned_after=timedelta(seconds=rules.abandoned_after_s),
    )


async def phone_board(
    rt: Runtime, tx: Transaction, viewer: Viewer, period: str = SHIFT, region: str = ""
) -> PhoneBoard:
    """Return the telephone's board for a period of `SPANS`; else the shift."""
    chosen = period if period in SPANS else SHIFT
    shift = chosen == SHIFT
    begin = await shift_sheet.begin_of(tx) if shift else tx.now - SPANS[chosen]
    end, target = tx.now, target_of(rt)
    until = end + timedelta(seconds=1)
    calls = await call_figures.incoming(tx, viewer, begin, until, region)
    spans = clipped(await call_figures.spans(tx, begin, end), begin, end)
    lists = lists_of(calls, target, tx.now)
    figures = figures_of(lists, spans, tx.now)
    share = 100 * rt.config.channels.phone.answered_share
    at_line = await presence.everybody(tx)
    return PhoneBoard(chosen, begin, region, lists, figures, target, share, at_line)


def counted_calls(lists: CallLists) -> Mapping[str, Sequence[CallFacts]]:
    """Return the calls behind each figure, by its name on the board."""
    fair = {one.call_id for one in lists.too_short}
    whole = tuple(one for one in lists.offered if one.call_id not in fair)
    named = {name: getattr(lists, name) for name in CallLists.__slots__}
    return {f"calls_{name}": calls for name, calls in (named | {"counted": whole}).items()}


def at_the_line(operators: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
    """Return who is at the telephone, and in which state, by the figure's name."""
    found: dict[str, Sequence[Any]] = {"line": operators}
    for state in ("ready", "talking", "wrap_up", "pause"):
        found[f"line_{state}"] = [one for one in operators if one.state == state]
    return found
