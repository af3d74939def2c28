"""A provider's media host on a real socket, that does whatever a bad one would."""

import asyncio
import gzip
import json
import struct
import zlib
from contextlib import asynccontextmanager

from aiohttp import web

TOKEN = "7000:bot-token-of-tests"
BEARER = "bearer-of-tests"


def png(width=3, height=2):
    """A picture of one colour; a claimed size costs nothing, as in a real bomb."""

    def chunk(name, body):
        return (
            struct.pack(">I", len(body))
            + name
            + body
            + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * min((1 + 3 * width) * height, 10_000))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


OGG = b"OggS\x00\x02" + b"\x00" * 22 + b"OpusHead" + b"\x01" * 40


class Host:
    """Answers by path; `files` holds what lies there, `seen` what was asked, with headers."""

    def __init__(self):
        self.files, self.answers, self.seen = {}, {}, []
        self.cut_off = 0  # answers that the asker did not wait for
        self.url = ""

    async def answer(self, request):
        path = request.path
        self.seen.append((path, dict(request.headers)))
        behave = self.answers.get(path)
        if behave is not None:
            return await behave(request)
        if path in self.files:
            return web.Response(body=self.files[path])
        return web.Response(status=404, text="nothing here")

    def asked(self, path):
        return [headers for seen, headers in self.seen if seen == path]

    # -- what providers answer --------------------------------------------------------
    def telegram(self, file_id, content, *, path="photos/file_1.jpg", size=None):
        size = len(content) if size is None else size

        async def get_file(request):
            asked = request.query.get("file_id")
            if asked != file_id:
                return says(
                    400,
                    ok=False,
                    error_code=400,
                    description="Bad Request: invalid file_id",
                )
            return says(
                200,
                ok=True,
                result={"file_id": asked, "file_path": path, "file_size": size},
            )

        self.answers[f"/bot{TOKEN}/getFile"] = get_file
        self.files[f"/file/bot{TOKEN}/{path}"] = content

    def whatsapp(self, media_id, content, *, url=None, **more):
        told = {"url": url or f"{self.url}/dl/{media_id}", "mime_type": "image/png", **more}

        async def media(_):
            return says(200, id=media_id, **told)

        self.answers[f"/v23.0/{media_id}"] = media
        self.files[f"/dl/{media_id}"] = content


def says(status, **fields):
    return web.Response(
        status=status, body=json.dumps(fields).encode(), content_type="application/json"
    )


async def hangs(_):
    await asyncio.sleep(3600)


def redirects(target, status=302):
    async def behave(_):
        return web.Response(status=status, headers={"Location": target})

    return behave


def endless(host):
    async def behave(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b"\x89PNG" * 16384)
        except (ConnectionError, asyncio.CancelledError):
            host.cut_off += 1
            raise

    return behave


def drips(host):
    async def behave(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b"x")
                await asyncio.sleep(0.02)
        except (ConnectionError, asyncio.CancelledError):
            host.cut_off += 1
            raise

    return behave


BOMB = gzip.compress(b"\0" * 5_000_000)


async def packed(_):
    return web.Response(body=BOMB, headers={"Content-Encoding": "gzip"})


@asynccontextmanager
async def raw_server(reply):
    """A server that says exactly `reply` and closes: lengths that lie are no HTTP library's."""

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
