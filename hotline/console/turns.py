"""What pages read by themselves waits its turn: what a person does never waits behind it.

What is read for all of them at once needs none: it takes one connection, however many ask.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext

from aiohttp import web

from hotline.web.keys import AUTOMATIC

AT_ONCE = 4  # of the process's connections; the others are for what people do
TURNS = web.AppKey("turns", asyncio.Semaphore)


def turn(request: web.Request) -> AbstractAsyncContextManager[None]:
    """Return what is entered at once, or as soon as few enough pages read anew."""
    if AUTOMATIC not in request.headers:
        return nullcontext()
    turns: asyncio.Semaphore = request.app[TURNS]
    return turns
