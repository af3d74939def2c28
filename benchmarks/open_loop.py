"""The cheapest possible client: signed beforehand, raw sockets, one report a connection.

`python -m benchmarks.open_loop PORT COUNT --first N` waits for a line on standard input,
posts, and prints what it saw as JSON. It shares the machine with what it measures, so it
does as little as it can: bytes are ready before the clock starts.
"""

import argparse
import asyncio
import json
import sys
import time
from typing import cast

from benchmarks.sender import signed
from benchmarks.service import SCREENED

CONNECTIONS = 32
TEXT = (
    "Здравствуйте. Второй месяц не можем записать сына к логопеду в поликлинике, всё время"
    " говорят приходить на другой неделе."
)


def text(number: int) -> str:
    """Return 120 characters that differ from report to report."""
    return f"{TEXT} {number}"[:120].ljust(120, ".")


def request(number: int) -> bytes:
    """Return report `number` as the bytes of one HTTP request."""
    body, headers = signed(f"measured-{number}", text(number), SCREENED)
    lines = ["POST /intake/partner HTTP/1.1", "host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"content-length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


class _Line(asyncio.Protocol):
    """One keep-alive connection that posts until there is nothing left."""

    def __init__(
        self, waiting: list[bytes], answers: list[int], done: asyncio.Event
    ) -> None:
        self._waiting = waiting
        self._wanted = len(waiting)  # every line is made before the first post
        self._answers = answers
        self._done = done
        self._transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def next(self) -> None:
        """Post the next report, if any."""
        if self._waiting and self._transport:
            self._transport.write(self._waiting.pop())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, gap, body = self._buffer.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if not gap or len(body) < int(length or 0):
            return
        self._buffer = b""
        self._answers.append(int(head[9:12]))
        if not self._waiting and len(self._answers) >= self._wanted:
            self._done.set()
        self.next()


async def post_all(port: int, requests: list[bytes]) -> dict[str, float | int]:
    """Post `requests` and return how long it took and how many were accepted."""
    loop = asyncio.get_running_loop()
    answers: list[int] = []
    done = asyncio.Event()
    lines = [
        (
            await loop.create_connection(
                lambda: _Line(requests, answers, done), "127.0.0.1", port
            )
        )[1]
        for _ in range(CONNECTIONS)
    ]
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    began, used = time.perf_counter(), time.process_time()
    for line in lines:
        line.next()
    await asyncio.wait_for(done.wait(), 120)
    seconds = time.perf_counter() - began
    return {
        "seconds": seconds,
        "accepted": sum(1 for answer in answers if answer == 202),
        "answers": len(answers),
        "client_cpu": time.process_time() - used,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    ready = [request(asked.first + n) for n in range(asked.count)]
    print(json.dumps(asyncio.run(post_all(asked.port, ready))), flush=True)
