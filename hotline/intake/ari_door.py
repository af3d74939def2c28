"""GET /intake/ari: Asterisk opens the line to us (its "outbound WebSocket").

The same duties as in `hotline phone`, in the web process; the lease decides which of the two
follows an app. Asterisk tries again every second, so a refusal loses nothing that it keeps.
"""

import asyncio
import base64
import binascii
import hmac
from weakref import WeakSet

import structlog
from aiohttp import WSCloseCode, web

from hotline.errors import NotGenuine, Unavailable
from hotline.intake.ari import Answered
from hotline.intake.ari_flow import Flow
from hotline.intake.ari_follow import Following, say_sign
from hotline.intake.ari_stream import MESSAGE, Lease, open_spool
from hotline.notify.ari import Ari
from hotline.notify.ari_line import passwords_of
from hotline.notify.ari_socket import SocketLine
from hotline.runtime import Runtime
from hotline.settings import Settings
from hotline.web.keys import RT

Lines = WeakSet[web.WebSocketResponse]
LINES: web.AppKey[Lines] = web.AppKey("ari_lines")
_HEARTBEAT_S = 4.0
log = structlog.get_logger()


def routes(app: web.Application) -> None:
    """Add the door; lines are ended first when the process ends."""
    app[LINES] = WeakSet()
    app.router.add_get("/intake/ari", take_line)
    app.on_shutdown.append(_end_lines)


async def take_line(request: web.Request) -> web.StreamResponse:
    """Follow the exchange that dials us. Errors: NotGenuine; Unavailable where another does."""
    rt = request.app[RT]
    if not genuine(request, rt.settings):
        raise NotGenuine("this exchange is not ours", code="bad_credentials")
    lease = Lease(rt)
    if not await lease.take():
        raise Unavailable("another process follows this app", code="line_taken")
    socket = web.WebSocketResponse(
        protocols=("ari",), heartbeat=_HEARTBEAT_S, max_msg_size=MESSAGE
    )
    await socket.prepare(request)
    request.app[LINES].add(socket)
    try:
        await _follow(rt, socket, lease)
    finally:
        await socket.close()
        await lease.give_back()
        await say_sign(rt, rt.settings.ari_app, "line_lost")
    return socket


async def _follow(rt: Runtime, socket: web.WebSocketResponse, lease: Lease) -> None:
    log.info("phone_line_taken", app=rt.settings.ari_app)
    line = SocketLine(socket.send_str)

    def answered(answer: Answered) -> None:
        line.answered(answer.request_id, answer.status, answer.body)

    ari = Ari(line, rt.settings.ari_app)
    following = Following(rt, ari, Flow(rt, ari, open_spool(rt)), answered=answered)
    ends = [
        asyncio.create_task(following.run(socket)),
        asyncio.create_task(lease.keep()),
    ]
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in ends:
            task.cancel()
        await asyncio.gather(*ends, return_exceptions=True)


def genuine(request: web.Request, settings: Settings) -> bool:
    """Return whether user and password are ours; none set means nobody is.

    While a password is changed there are several, with commas between them.
    """
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    passwords = passwords_of(settings)
    if scheme.lower() != "basic" or not (settings.ari_user and passwords):
        return False
    try:
        known = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return False
    wanted = [f"{settings.ari_user}:{one}".encode() for one in passwords]
    return any(hmac.compare_digest(known, one) for one in wanted)


async def _end_lines(app: web.Application) -> None:
    lines = app[LINES]
    for socket in tuple(lines):
        await socket.close(code=WSCloseCode.GOING_AWAY)
