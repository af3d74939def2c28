"""Process: takes letters that are handed to us and fetches those that wait in a mailbox."""

import asyncio
import gc
import logging
import signal
from contextlib import AsyncExitStack, suppress
from urllib.parse import urlsplit

import structlog

from hotline.errors import BadConfig, Unavailable
from hotline.intake.mail_fetch import Fetcher
from hotline.intake.mail_listen import listening
from hotline.runtime import open_runtime
from hotline.settings import Settings
from hotline.workers.pulse import Pulse

log = structlog.get_logger()


def serve(settings: Settings) -> None:
    """Take letters until SIGTERM. Errors: BadConfig: no way in is set, or its port is taken."""
    if not settings.imap_url and not settings.mail_listen:
        raise BadConfig(
            ["environment: HOTLINE_IMAP_URL, HOTLINE_MAIL_LISTEN: none is set; set one"]
        )
    # aiosmtpd tells of each command. What of it may be kept stands in our own log.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    rt = open_runtime(settings, pool_size=4)
    rt.triage.danger  # noqa: B018  compiled before the first letter, not while it waits
    gc.collect()
    gc.freeze()
    pulse = Pulse(rt, "mail", settings.start_id)
    await pulse.follow()
    rt.intake.start()
    beating = asyncio.create_task(pulse.keep(stopping.is_set))
    async with AsyncExitStack() as ways:
        if settings.mail_listen:
            try:
                await ways.enter_async_context(listening(rt, settings.mail_listen))
            except OSError as error:
                at = urlsplit(settings.mail_listen)
                raise BadConfig(
                    [
                        f"environment: HOTLINE_MAIL_LISTEN: port {at.port} cannot be had; free it"
                    ]
                ) from error
        log.info("mail_started")
        if settings.imap_url:
            await Fetcher(rt).run(stopping)
        await stopping.wait()
    beating.cancel()
    with suppress(asyncio.CancelledError):
        await beating
    with suppress(Unavailable):
        await pulse.end()
    await rt.stop()
    log.info("mail_stopped")
