"""Stand-ins for providers, on real sockets: a web server of three, and a mail server."""

import asyncio
from email import message_from_bytes, policy

from aiohttp import web


class Providers:
    """Kannel, Telegram and a voice bridge in one web server; `answers` makes them fail."""

    def __init__(self):
        self.seen = []  # (path, query, headers, body)
        self.answers = {}  # first word of the path: (status, text) or seconds of silence
        self.app = web.Application()
        self.app.router.add_route("*", "/{path:.*}", self._answer)

    async def _answer(self, request):
        path = request.path
        self.seen.append(
            (path, dict(request.query), dict(request.headers), await request.read())
        )
        answer = self.answers.get(path.split("/")[1], (200, "0: Accepted for delivery"))
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return web.Response(text="0: late")
        status, text = answer
        headers = {"Location": "/elsewhere"} if status == 302 else {}
        return web.Response(status=status, text=text, headers=headers)


class MailServer:
    """As much SMTP as one letter needs; keeps what came in."""

    def __init__(self, refuse=""):
        self.refuse, self.letters, self.to = refuse, [], []

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader, writer):
        def say(line):
            writer.write(line.encode() + b"\r\n")

        say("220 stand-in")
        while line := (await reader.readline()).decode():
            word = line.split()[0].upper() if line.split() else ""
            if word == "RCPT" and self.refuse:
                say(f"{self.refuse} no such mailbox")
            elif word == "RCPT":
                self.to.append(line.partition("<")[2].partition(">")[0])
                say("250 ok")
            elif word == "DATA":
                say("354 go on")
                letter = await reader.readuntil(b"\r\n.\r\n")
                self.letters.append(
                    message_from_bytes(letter.removesuffix(b".\r\n"), policy=policy.default)
                )
                say("250 kept")
            elif word == "QUIT":
                say("221 bye")
                break
            else:
                say("250 ok")
        writer.close()


class Rude:
    """A provider that answers with bytes of its own, or breaks the line; counts requests.

    `says` is what it writes; `then` is "close", "reset", "hang" or "drip".
    """

    def __init__(self, says=b"", then="close", *, reads=True):
        self.says, self.then, self.reads = says, then, reads
        self.heads = []  # of each request that came
        self._writers = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader, writer):
        self._writers.add(writer)
        try:
            if self.reads:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
            await self._answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass

    async def _answer(self, writer):
        writer.write(self.says)
        await writer.drain()
        if self.then == "reset":
            writer.transport.abort()
        elif self.then == "close":
            writer.close()
        while self.then == "drip":
            writer.write(b"X-More: yes\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)


def http(body=b"", status="200 OK", *headers):
    """One answer as it stands on the line."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
