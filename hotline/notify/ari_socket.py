"""Requests to Asterisk over the socket that it opened to us: the same answers as by HTTP.

Source: Asterisk 22, "ARI REST over WebSocket"; recorded: a RESTRequest answered by 204.
"""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from hotline.notify.ari import Answer


class SocketLine:
    """One socket's requests; each waits for the answer that carries its id."""

    def __init__(
        self, send: Callable[[str], Awaitable[None]], *, timeout_s: float = 5.0
    ) -> None:
        self._send = send
        self._timeout_s = timeout_s
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Answer]] = {}

    async def ask(self, method: str, path: str, query: Mapping[str, str]) -> Answer:
        """Return the answer, whatever happens."""
        name = str(next(self._numbers))
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[name] = waiting
        asked = {
            "type": "RESTRequest",
            "transaction_id": name,
            "request_id": name,
            "method": method,
            "uri": path.lstrip("/"),
            "query_strings": [{"name": k, "value": v} for k, v in query.items()],
        }
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._send(json.dumps(asked))
                return await waiting
        except (TimeoutError, OSError, RuntimeError):
            return Answer(0)
        finally:
            self._waiting.pop(name, None)

    def answered(self, request_id: str, status: int, body: Any) -> None:
        """Hand an answer to whoever waits for it."""
        waiting = self._waiting.get(request_id)
        if waiting is not None and not waiting.done():
            text = (
                body if isinstance(body, str) else "" if body is None else json.dumps(body)
            )
            waiting.set_result(Answer(status, text.encode("utf-8", "replace")))
