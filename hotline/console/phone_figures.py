"""The telephone's figures as pages show them: tiles with their formula."""

from dataclasses import dataclass
from datetime import timedelta

from hotline.actions.read_phone import PhoneBoard
from hotline.console.wording import Wording


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
            w.many(
                "mean wait of {n} answered call",
                "mean wait of {n} answered calls",
                len(of.answered),
            ),
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
            w.many(
                "talk and writing up of {n} call",
                "talk and writing up of {n} calls",
                len(of.written_up),
            ),
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
