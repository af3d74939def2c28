"""GET /live: tells open pages that something changed. Ids only; pages read with own rights."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp import web

from hotline.actions.keep_wall import wall_of
from hotline.actions.sign_in import session_of
from hotline.cases.numbers import number_of
from hotline.cases.terms import Role
from hotline.console.session import COOKIE, SESSION
from hotline.console.static_files import build
from hotline.console.wall_session import WALL, WALL_COOKIE, eyes_of, guarded_or_wall
from hotline.errors import Unavailable
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store.live_channel import LiveChannel
from hotline.web.keys import RT

PULSE_S = 10.0  # a page that hears nothing for longer than this knows that it is deaf
_AGAIN_S = 1.0  # before listening anew
_WAITING = 256  # nudges a slow reader may lag behind; then it is told to read all again
_log = structlog.get_logger()
SESSION_ENDED = "session"
_FOR_WALLS = frozenset({"board", "case", "contact", "phone"})  # what changes their sums
Message = tuple[str, str]  # event, data


@dataclass(eq=False)
class Subscriber:
    """One open stream."""

    viewer: Viewer
    bare: bool = False  # a wall: it hears that something changed, never of which case
    waiting: asyncio.Queue[Message | None] = field(
        default_factory=lambda: asyncio.Queue(_WAITING)
    )


class LiveHub:
    """Hears every nudge once and hands each viewer what they may know of."""

    def __init__(self, rt: Runtime) -> None:
        self._key = rt.number_key
        self._channel = LiveChannel(rt.settings.database_url, self.heard)
        self._open: set[Subscriber] = set()
        self.listens = False  # what changes reaches this process now
        self.times: Counter[str] = Counter()  # what was heard, by kind

    def __len__(self) -> int:
        return len(self._open)

    async def run(self) -> None:
        """Listen for as long as the process lives; after a break every page reads anew."""
        while True:
            try:
                await self._channel.listen(self._ready)
            except Unavailable:
                _log.warning("live_channel_lost")
            finally:
                self.listens = False
            await asyncio.sleep(_AGAIN_S)

    def _ready(self) -> None:
        self.listens = True
        self.times["resync"] += 1  # something may have been missed
        self._tell(("resync", "{}"), list(self._open))

    def heard(self, payload: str) -> None:
        """Hand one nudge to those who may know of it."""
        nudge = json.loads(payload)
        self.times[str(nudge["k"])] += 1
        known = [one for one in self._open if may_know(one.viewer, nudge)]
        case_id = nudge.get("c")
        data: dict[str, Any] = {}
        if case_id is not None:
            data["case"] = number_of(case_id, self._key)
        if "t" in nudge:
            data["contacts"] = [number_of(one, self._key) for one in nudge["t"]]
        kind = str(nudge["k"])
        self._tell((kind, json.dumps(data)), [one for one in known if not one.bare])
        if kind in _FOR_WALLS:
            self._tell((kind, "{}"), [one for one in known if one.bare])

    def _tell(self, message: Message, to: list[Subscriber]) -> None:
        for one in to:
            try:
                one.waiting.put_nowait(message)
            except asyncio.QueueFull:
                while not one.waiting.empty():
                    one.waiting.get_nowait()
                one.waiting.put_nowait(("resync", "{}"))

    @contextlib.contextmanager
    def subscribed(self, viewer: Viewer, *, bare: bool = False) -> Any:
        """Keep a stream on the list while it is open."""
        one = Subscriber(viewer, bare)
        self._open.add(one)
        try:
            yield one
        finally:
            self._open.discard(one)

    def close(self) -> None:
        """End every stream: the process stops."""
        for one in self._open:
            while one.waiting.full():
                one.waiting.get_nowait()
            one.waiting.put_nowait(None)


HUB = web.AppKey("live_hub", LiveHub)


def may_know(viewer: Viewer, nudge: dict[str, Any]) -> bool:
    """Return whether the viewer may learn that this changed."""
    if viewer.role is Role.ADMIN:
        return False
    apart = nudge.get("x")
    if apart and viewer.keys & set(apart):  # complained of, or in conflict
        return False
    if nudge.get("p") is not None:
        return bool(nudge["p"] == viewer.person_id)
    if viewer.at_111:
        return True
    if viewer.bodies & set(nudge.get("b") or ()):
        return True
    overseen = viewer.role is Role.COMMISSIONER and viewer.region is not None
    return overseen and nudge.get("k") == "case" and nudge.get("r") == viewer.region


async def keep_hub(app: web.Application) -> AsyncIterator[None]:
    """Listen while the web process runs."""
    listening = asyncio.create_task(app[HUB].run())
    yield
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening


async def end_streams(app: web.Application) -> None:
    """End the streams before the server waits for its handlers."""
    app[HUB].close()


async def stream(request: web.Request) -> web.StreamResponse:
    """Send nudges until the page closes, the session ends or the process stops."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    with request.app[HUB].subscribed(eyes_of(request), bare=WALL in request) as one:
        await response.write(b"retry: 2000\n" + _pulse())
        try:
            await _send(request, response, one)
        except ConnectionError:
            pass
        except asyncio.CancelledError:
            if request.transport is not None:  # the process stops
                raise  # else the page was closed, which is how every stream ends
    return response


async def _send(
    request: web.Request, response: web.StreamResponse, one: Subscriber
) -> None:
    clock = asyncio.get_running_loop().time
    look_at = _next_look(clock())
    while True:
        left = look_at - clock()
        if left <= 0:  # however busy the stream is: rights end while a page is open
            viewer = await _viewer_now(request)
            if viewer is None:
                await response.write(f"event: {SESSION_ENDED}\ndata: {{}}\n\n".encode())
                return
            one.viewer = viewer
            await response.write(_pulse())
            look_at = _next_look(clock())
            continue
        try:
            message = await asyncio.wait_for(one.waiting.get(), left)
        except TimeoutError:
            continue
        if message is None:
            return
        event, data = message
        if event == SESSION_ENDED:  # one of theirs: whether it was this one is looked up
            look_at = clock()
            continue
        await response.write(f"event: {event}\ndata: {data}\n\n".encode())


def _next_look(now: float) -> float:
    """Return when to look next, at the latest after PULSE_S: many streams together."""
    step = PULSE_S / 10
    return (now // step + 10) * step


def _pulse() -> bytes:
    """Return the sign of life; it tells an old page that a newer one is there."""
    return f'event: pulse\ndata: {{"build":"{build()}"}}\n\n'.encode()


async def _viewer_now(request: web.Request) -> Viewer | None:
    """Return the person with today's rights while the session stands, else None."""
    if WALL in request:
        return await wall_of(request.app[RT], request.cookies[WALL_COOKIE])
    cookie = request.cookies.get(COOKIE, "")
    session = await session_of(request.app[RT], cookie, used=False)
    same = session and session.viewer.person_id == request[SESSION].viewer.person_id
    return session.viewer if session and same else None


stream_page = guarded_or_wall(*(role for role in Role if role is not Role.ADMIN))(stream)
