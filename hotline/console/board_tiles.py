"""The tiles of the board: a number, what it is part of, and a foot whose numbers open lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.actions.read_phone import PhoneBoard
from hotline.console.wording import Wording
from hotline.quality.service_level import wait_of
from hotline.store.figures import Board

CALM_S = 5  # seconds the engine may be behind


@dataclass(frozen=True, slots=True)
class Part:
    """Words of a foot. `figure`: the list behind the number; `since`: a wait that runs on."""

    words: str
    figure: str = ""
    n: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile. `value`: what stands large when it is no number of a list."""

    name: str
    label: str
    icon: str
    figure: str = ""
    n: int | None = None
    value: str = ""
    unit: str = ""
    whole: Part | None = None
    foot: Sequence[Part] = ()
    tone: str = ""


def tiles(board: Board, phone: PhoneBoard, w: Wording) -> list[Tile]:
    """Return the six tiles of the shift, then the small ones of the whole."""
    return [
        _urgent(board, w), _overdue(board, w), _queue(board, w),
        _answered(phone, w), _line(board, w), _abandoned(board, phone, w),
        *_small(board, w),
    ]  # fmt: skip


def _urgent(board: Board, w: Wording) -> Tile:
    n = board.figures
    foot = [
        Part(w.say("longer than 15 min"), "urgent_long", n["urgent_long"]),
        Part(w.say("not accepted"), "untaken", n["untaken"]),
    ]
    return Tile(
        "urgent", w.say("Urgent wait"), "octagon-alert", "urgent", n["urgent"], foot=foot,
        tone="kpi-crit" if n["urgent"] or n["untaken"] else "",
    )  # fmt: skip


def _overdue(board: Board, w: Wording) -> Tile:
    n = board.figures
    foot = [Part(w.say("a day ago"), "overdue_yesterday", n["overdue_yesterday"])]
    return Tile(
        "overdue", w.say("Overdue"), "timer", "overdue", n["overdue"],
        whole=Part(w.say("of"), "open", n["open"]), foot=foot,
        tone="kpi-warn" if n["overdue"] else "",
    )  # fmt: skip


def _queue(board: Board, w: Wording) -> Tile:
    since = board.waiting_since
    longest = Part(w.say("the longest waits"), since=since)
    foot = [longest if since else Part(w.say("nobody waits"))]
    n = board.figures["queue"]
    return Tile("queue", w.say("In the queue"), "inbox", "queue", n, foot=foot)


def _answered(phone: PhoneBoard, w: Wording) -> Tile:
    within = int(phone.target.within.total_seconds())
    of, share = phone.lists, phone.figures.service_level
    counted = len(of.offered) - len(of.too_short)
    oldest = min((one.started_at for one in of.waiting), default=None)
    foot = [
        Part(w.say("in time"), "calls_answered_soon", len(of.answered_soon)),
        Part(w.say("of"), "calls_counted", counted),
        Part(w.say("target {n} %", n=f"{phone.target_percent:g}")),
        Part(w.say("the longest waits"), since=oldest)
        if oldest
        else Part(w.say("nobody waits")),
    ]
    low = share is not None and 100 * share < phone.target_percent
    return Tile(
        "service-level", w.say("Answered in {n} s", n=within), "circle-check",
        value=_percent(share), unit="" if share is None else "%", foot=foot,
        tone="kpi-warn" if low else "",
    )  # fmt: skip


def _line(board: Board, w: Wording) -> Tile:
    n = board.figures
    foot = [
        Part(w.say("talking"), "line_talking", n["line_talking"]),
        Part(w.say("break"), "line_pause", n["line_pause"]),
        Part(w.say("ready"), "line_ready", n["line_ready"]),
        Part(w.say("writing up"), "line_wrap_up", n["line_wrap_up"]),
    ]
    if board.region:  # who is at the telephone answers whoever calls
        foot.append(Part(w.say("whole country")))
    return Tile("line", w.say("On the line"), "users", "line", n["line"], foot=foot)


def _abandoned(board: Board, phone: PhoneBoard, w: Wording) -> Tile:
    n, lost = board.figures, phone.lists.abandoned
    foot = [
        Part(w.say("calls"), "calls_abandoned", n["calls_abandoned"]),
        Part(w.say("called back"), "calls_called_back", n["calls_called_back"]),
    ]
    if lost:
        longest = max(wait_of(one, board.at) for one in lost)
        foot.append(Part(w.say("the longest waited {span}", span=w.span(longest))))
    share = phone.figures.abandoned_share
    return Tile(
        "abandoned", w.say("Abandoned"), "phone", value=_percent(share),
        unit="" if share is None else "%", foot=foot,
        tone="kpi-warn" if n["calls_abandoned"] > n["calls_called_back"] else "",
    )  # fmt: skip


def _small(board: Board, w: Wording) -> list[Tile]:
    n, behind = board.figures, max(board.engine.sweep_s, board.engine.outbox_s)
    percent = board.acceptance.percent
    answered = [
        Part(w.say("in time"), "accepted_on_time", n["accepted_on_time"]),
        Part(w.say("answered late"), "accepted_late", n["accepted_late"]),
    ]
    late = board.dead or behind > CALM_S
    return [
        Tile("open", w.say("Open cases"), "folder", "open", n["open"]),
        Tile(
            "on-time", w.say("Accepted on time, 7 days"), "circle-check",
            value="—" if percent is None else w.percent(percent), foot=answered,
        ),
        Tile(
            "engine", w.say("Engine behind"), "activity",
            value=f"{behind:.0f}", unit=w.say("s"),
            foot=[Part(w.say("given up: {n}", n=board.dead))],
            tone="kpi-warn" if late else "",
        ),
    ]  # fmt: skip


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.0f}"
