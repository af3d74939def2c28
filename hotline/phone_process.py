"""Process `hotline phone`: follows the telephone exchange until it is asked to end."""

import asyncio
import contextlib
import signal
import uuid

import structlog

from hotline.errors import BadConfig, Unavailable
from hotline.intake.ari_stream import Consumer
from hotline.notify.ari_line import configured
from hotline.runtime import open_runtime
from hotline.settings import Settings
from hotline.workers.pulse import Pulse

log = structlog.get_logger()


def serve(settings: Settings) -> None:
    """Follow the exchange until SIGTERM. Errors: BadConfig."""
    if not configured(settings):
        wanted = "HOTLINE_ARI_URL, HOTLINE_ARI_USER and HOTLINE_ARI_PASSWORD"
        raise BadConfig(
            [f"environment: {wanted}: are not all set; see docs/howto/phone.md"]
        )
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    rt = open_runtime(settings)
    rt.triage.danger  # noqa: B018  compiled before the first call, not while it rings
    rt.intake.start()
    pulse = Pulse(rt, "phone", settings.start_id or uuid.uuid4().hex)
    beating = asyncio.create_task(pulse.keep(stopping.is_set))
    log.info("phone_started", app=settings.ari_app)
    await Consumer(rt, stopping).run()
    beating.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await beating
    with contextlib.suppress(Unavailable):
        await pulse.end()
    await rt.stop()
    log.info("phone_stopped")
