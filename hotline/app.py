"""The web process, put together: middlewares, doors, health. Run by `hotline web`."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from hotline import health
from hotline.api import routes as api
from hotline.console import routes as console
from hotline.errors import Unavailable
from hotline.intake import routes as intake
from hotline.runtime import Runtime, open_runtime
from hotline.settings import Settings
from hotline.web import pages
from hotline.web.access import access
from hotline.web.keys import RT
from hotline.web.problems import errors
from hotline.workers.pulse import Pulse

# Kannel brings an SMS of up to 255 parts as one GET: a letter is six bytes of it or more.
LONGEST_LINE = 262_144


def make_app(rt: Runtime) -> web.Application:
    """Return the application over `rt`, which stays the caller's to stop.

    Run it with `access_log=None` (requests are noted here, by route pattern) and with
    `handler_cancellation=True` (a page that was closed ends its live stream).
    """
    app = web.Application(middlewares=[access, errors])
    app[RT] = rt
    app.cleanup_ctx.append(_writers)
    intake.routes(app)
    console.routes(app)
    api.routes(app)
    health.routes(app)
    return app


async def _writers(app: web.Application) -> AsyncIterator[None]:
    """Keep the intake's writers running while requests come in."""
    rt = app[RT]
    rt.intake.start()
    yield
    await rt.intake.stop()


async def _alive(app: web.Application) -> AsyncIterator[None]:
    """Say every second that this process lives; at the end close what it opened.

    The first request already finds what two people enabled.
    """
    rt = app[RT]
    pulse = Pulse(rt, "web", rt.settings.start_id)
    await pulse.follow()
    beating = asyncio.create_task(pulse.keep(lambda: False))
    yield
    beating.cancel()
    with suppress(asyncio.CancelledError):
        await beating
    with suppress(Unavailable):
        await pulse.end()
    await rt.stop()


def serve(settings: Settings) -> None:
    """Run the web process until SIGTERM."""
    rt = open_runtime(settings, pool_size=8)
    rt.triage.danger  # noqa: B018  compiled before the first message, not while it waits
    pages.prepare()  # and these before the first person
    app = make_app(rt)

    app.cleanup_ctx.insert(0, _alive)
    # Rules and word lists live as long as the process: no use looking through them for
    # garbage again and again while requests come in.
    gc.collect()
    gc.freeze()
    web.run_app(
        app,
        host=settings.host,
        port=settings.port,
        print=None,
        access_log=None,
        handler_cancellation=True,  # a page that was closed ends its live stream
        shutdown_timeout=5,
        max_line_size=LONGEST_LINE,
    )
