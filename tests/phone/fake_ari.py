"""A stand-in for Asterisk's REST interface: one WebSocket an app, channels, bridges, recordings.

It does what recordings of a real 22.10.1 show: the newest socket of an app gets the events
and the older one stays open and deaf; with no socket an event is lost for ever; what is gone
answers 404; a hang-up of ours ends with StasisEnd and nothing after it.
"""

import asyncio
import itertools
import json
from base64 import b64encode
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.test_utils import TestServer

USER, PASSWORD, APP, ENTITY = "hotline", "a-password", "hotline", "02:fc:00:00:00:01"
EXTENSIONS = "PJSIP/"


class FakeAri:
    """One exchange. `picks_up`: whether telephones that are rung answer at once."""

    def __init__(self, now=lambda: datetime.now(UTC)):
        self.now = now
        self.channels = {}
        self.bridges = {}
        self.stored = {}
        self.live = {}
        self.socket = None
        self.deaf = []
        self.asked = []
        self.refuse = {}  # (method, start of the path) -> status
        self.picks_up = False
        self.connections = 0
        self._numbers = itertools.count(1)

    # -- what people do -----------------------------------------------------------------
    async def call(
        self, number="+77000000021", name="", args=("incoming", "111", "lang=kk")
    ):
        channel_id = f"1795292489.{next(self._numbers)}"
        channel = self._channel(channel_id, "Ring", args, number, name)
        self.channels[channel_id] = channel
        await self.tell({"type": "StasisStart", "args": list(args), "channel": channel})
        return channel_id

    async def hangs_up(self, channel_id):
        channel = self.channels.pop(channel_id)
        for bridge in self.bridges.values():
            bridge.discard(channel_id)
        request = {"type": "ChannelHangupRequest", "channel": channel}
        await self.tell(request)
        await self.tell(request | {"cause": 16, "soft": True})
        await self.tell({"type": "StasisEnd", "channel": channel})

    async def talks(self, channel_id):
        await self.tell(
            {"type": "ChannelTalkingStarted", "channel": self.channels[channel_id]}
        )

    async def presses(self, channel_id, digit):
        await self.tell(
            {
                "type": "ChannelDtmfReceived",
                "digit": digit,
                "duration_ms": 100,
                "channel": self.channels[channel_id],
            }
        )

    async def answers(self, leg):
        channel = self.channels[leg]
        channel["state"] = "Up"
        await self.tell({"type": "Dial", "dialstatus": "ANSWER", "peer": channel})
        await self.tell(
            {"type": "StasisStart", "args": channel["args"], "channel": channel}
        )

    async def declines(self, leg):
        channel = self.channels.pop(leg)
        await self.tell({"type": "Dial", "dialstatus": "BUSY", "peer": channel})
        await self.tell({"type": "ChannelDestroyed", "cause": 17, "channel": channel})

    def legs(self, kind="op"):
        return [name for name in self.channels if name.startswith(f"hotline-{kind}-")]

    # -- the line -----------------------------------------------------------------------
    async def tell(self, event):
        """Send one event to the app's newest socket; without one it is lost."""
        event = {
            **event,
            "timestamp": self.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000",
            "asterisk_id": ENTITY,
            "application": APP,
        }
        if self.socket is not None and not self.socket.closed:
            with suppress(ConnectionError):  # the other side is going: it is lost as well
                await self.socket.send_str(json.dumps(event))

    async def drop_line(self):
        """Cut the connection, as a restarting proxy would."""
        socket, self.socket = self.socket, None
        if socket is not None:
            await socket.close()

    async def events(self, request):
        if not self._genuine(request):
            return web.Response(status=401)
        socket = web.WebSocketResponse(heartbeat=4)
        await socket.prepare(request)
        self.connections += 1
        if self.socket is not None and not self.socket.closed:
            await self.tell({"type": "ApplicationReplaced"})
            self.deaf.append(self.socket)
        self.socket = socket
        try:
            async for _ in socket:
                pass
        finally:
            if self.socket is socket:
                self.socket = None
        return socket

    def _genuine(self, request):
        wanted = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return request.headers.get("Authorization") == wanted

    async def rest(self, request):
        path, query = request.path.removeprefix("/ari"), dict(request.query)
        self.asked.append((request.method, path, query))
        if not self._genuine(request):
            return web.json_response({"message": "Authentication required"}, status=401)
        for (method, start), status in self.refuse.items():
            if method == request.method and path.startswith(start):
                return web.json_response({"message": "no"}, status=status)
        status, body = await self.do(request.method, path, query)
        if isinstance(body, bytes):
            return web.Response(status=status, body=body)
        return (
            web.json_response(body, status=status)
            if body is not None
            else web.Response(status=status)
        )

    async def do(self, method, path, query):  # noqa: PLR0911  one line a kind
        parts = path.strip("/").split("/")
        if path == "/asterisk/info":
            return 200, {"system": {"version": "22.10.1", "entity_id": ENTITY}}
        if path == "/applications":
            up = self.socket is not None
            return 200, [{"name": APP, "channel_ids": list(self.channels)}] if up else []
        if parts[0] == "applications":
            return 200, {"name": APP}
        if path == "/channels" and method == "GET":
            return 200, list(self.channels.values())
        if path == "/channels":
            return await self._originate(query)
        handle = {"channels": self._of_channel, "bridges": self._of_bridge}.get(parts[0])
        if handle is not None:
            return await handle(method, parts, query)
        return await self._of_recording(method, parts)

    async def _originate(self, query):
        if not query["endpoint"].startswith(EXTENSIONS):
            return 500, {"error": "Allocation failed"}
        if query["channelId"] in self.channels:
            return 409, {"message": "Channel with given unique ID already exists"}
        args = query["appArgs"].split(",")
        channel = self._channel(query["channelId"], "Ringing", args, "111", "")
        channel["endpoint"] = query["endpoint"]
        self.channels[channel["id"]] = channel
        await self.tell({"type": "Dial", "dialstatus": "", "peer": channel})
        await self.tell({"type": "Dial", "dialstatus": "RINGING", "peer": channel})
        if self.picks_up:
            asyncio.get_running_loop().call_soon(
                lambda: setattr(
                    self, "_last", asyncio.create_task(self.answers(channel["id"]))
                )
            )
        return 200, channel

    async def _of_channel(self, method, parts, query):
        channel = self.channels.get(parts[1])
        if channel is None:
            return 404, {"message": "Channel not found"}
        if method == "GET":
            return 200, channel
        if method == "DELETE" and len(parts) == 2:
            await self.hangs_up(parts[1])
        elif parts[2:] == ["answer"]:
            channel["state"] = "Up"
        return 204, None

    async def _of_bridge(self, method, parts, query):  # noqa: PLR0911  as above
        name = parts[1]
        if method == "POST" and len(parts) == 2:
            self.bridges.setdefault(name, set())
            return 200, {"id": name, "channels": []}
        if name not in self.bridges:
            return 404, {"message": "Bridge not found"}
        if method == "DELETE" and len(parts) == 2:
            del self.bridges[name]
            return 204, None
        if parts[2] in ("addChannel", "removeChannel"):
            if query["channel"] not in self.channels:
                return 400, {"message": "Channel not found"}
            add = parts[2] == "addChannel"
            (self.bridges[name].add if add else self.bridges[name].discard)(
                query["channel"]
            )
            return 204, None
        if parts[2] == "record":
            self.live[query["name"]] = name
            return 201, {"name": query["name"], "state": "queued"}
        return 201, {"id": "playback"}

    async def _of_recording(self, method, parts):
        kind, name = parts[1], parts[2]
        if kind == "live":
            if self.live.pop(name, None) is None:
                return 404, {"message": "Recording not found"}
            if method == "POST":
                await self.recorded(name)
            return 204, None
        if name not in self.stored:
            return 404, {"message": "Recording not found"}
        if method == "DELETE":
            del self.stored[name]
            return 204, None
        return 200, self.stored[name]

    async def recorded(self, name, content=b"RIFF....WAVEfmt a voice", seconds=12):
        self.live.pop(name, None)
        self.stored[name] = content
        told = {"name": name, "format": "wav", "state": "done", "duration": seconds}
        await self.tell({"type": "RecordingFinished", "recording": told})

    def _channel(self, channel_id, state, args, number, name):
        return {
            "id": channel_id,
            "name": f"PJSIP/sipp-{channel_id}",
            "state": state,
            "caller": {"name": name, "number": number},
            "args": list(args),
            "dialplan": {
                "context": "from-pstn",
                "exten": "111",
                "app_name": "Stasis",
                "app_data": ",".join((APP, *args)),
            },
            "creationtime": self.now().strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
            "language": "ru",
        }


@asynccontextmanager
async def running(fake=None):
    """Serve one exchange on a free port of this machine; yields it with its `url`."""
    fake = fake or FakeAri()
    app = web.Application()
    app.router.add_get("/ari/events", fake.events)
    app.router.add_route("*", "/ari/{rest:.*}", fake.rest)
    server = TestServer(app)
    await server.start_server()
    fake.url = str(server.make_url("/"))
    try:
        yield fake
    finally:
        await fake.drop_line()
        await server.close()
