"""Lanes: each provider's work waits in a line of its own, on the loop of this process.

A job of queue `outward` puts its rows into lanes and returns at once, so a provider that
hangs fills its own lane and holds up nobody else. A lane is a hint like everything in Redis:
what it holds is claimed in PostgreSQL by whoever does it, and goes again when a lease ends.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from hotline.workers import runtime
from hotline.workers.batch import log_failure

Make = Callable[[], Awaitable[object]]
WIDTH = 4  # at once in one lane
_LOOK_S = 0.05


@dataclass(slots=True)
class _Lane:
    name: str
    waiting: deque[tuple[int, Make]] = field(default_factory=deque)
    ids: set[int] = field(default_factory=set)  # waiting or under way
    busy: int = 0
    next_at: float = 0.0


_lanes: dict[str, _Lane] = {}
_lock = threading.Lock()  # jobs put from the main thread, lanes work on the loop's


def put(
    lane_name: str,
    row_id: int,
    make: Make,
    *,
    width: int = WIDTH,
    per_second: float | None = None,
) -> bool:
    """Let `make()` be awaited in the lane; return whether the row was not in it already.

    Units: `width` in rows at once, `per_second` in rows begun, both of this process.
    """
    with _lock:
        lane = _lanes.setdefault(lane_name, _Lane(lane_name))
        if row_id in lane.ids:
            return False
        lane.ids.add(row_id)
        lane.waiting.append((row_id, make))
        if lane.busy >= width:
            return True
        lane.busy += 1
        runtime.spawn(_serve(lane, 1 / per_second if per_second else 0.0))
    return True


def close(within_s: float) -> int:
    """Drop what waits and let what is under way end; return how many rows did not.

    What was dropped is open in PostgreSQL; what was cut off while it spoke to a provider is
    `uncertain` there.
    """
    with _lock:
        for lane in _lanes.values():
            lane.ids.difference_update(row_id for row_id, _ in lane.waiting)
            lane.waiting.clear()
    until = time.monotonic() + within_s
    while (left := _under_way()) and time.monotonic() < until:
        time.sleep(_LOOK_S)
    with _lock:
        _lanes.clear()
    return left


def _under_way() -> int:
    with _lock:
        return sum(len(lane.ids) for lane in _lanes.values())


async def _serve(lane: _Lane, gap_s: float) -> None:
    """Work until the lane is empty; one row's failure ends neither lane nor process."""
    while (taken := _take(lane)) is not None:
        row_id, make = taken
        try:
            await _turn(lane, gap_s)
            await _done(make, lane.name, row_id)
        finally:
            with _lock:
                lane.ids.discard(row_id)


async def _done(make: Make, lane_name: str, row_id: int) -> None:
    """Await `make()`; what it raises is logged: its row is open and goes again."""
    doing = asyncio.ensure_future(make())
    try:
        await asyncio.wait([doing])
    finally:
        doing.cancel()
    error = None if doing.cancelled() else doing.exception()
    if error is not None:
        log_failure("lane_interrupted", error, lane=lane_name, row_id=row_id)


def _take(lane: _Lane) -> tuple[int, Make] | None:
    with _lock:
        if lane.waiting:
            return lane.waiting.popleft()
        lane.busy -= 1
        return None


async def _turn(lane: _Lane, gap_s: float) -> None:
    """Wait for this row's moment: no provider is asked faster than it allows."""
    now = time.monotonic()
    with _lock:
        start = max(now, lane.next_at)
        lane.next_at = start + gap_s
    if start > now:
        await asyncio.sleep(start - now)
