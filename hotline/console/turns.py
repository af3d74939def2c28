"""What pages read by themselves waits its turn: what a person does never waits behind it."""

import asyncio

from aiohttp import web

from hotline.console.session import AUTOMATIC
from hotline.web.problems import Handler

AT_ONCE = 4  # of the process's connections; the others are for what people do
TURNS = web.AppKey("turns", asyncio.Semaphore)


@web.middleware
async def in_turn(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer at once, or as soon as few enough pages read anew."""
    if AUTOMATIC not in request.headers:
        return await handler(request)
    async with request.app[TURNS]:
        return await handler(request)
