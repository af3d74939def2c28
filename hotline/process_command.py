"""The parts of `hotline up`, one by one, for many machines.

Heavy imports come late, so that light commands stay light.
"""

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from hotline.command_line import plainly

if TYPE_CHECKING:
    from hotline.settings import Settings


def _settings(kind: str) -> "Settings":
    """Return the settings of a process, and set its log up."""
    from hotline.log import set_up_logging
    from hotline.settings import from_environment

    set_up_logging()
    settings = from_environment()
    return replace(settings, start_id=settings.start_id or f"{kind}-{os.urandom(6).hex()}")


@click.command()
@plainly
def web() -> None:
    """Serve pages, API and intake."""
    from hotline.app import serve

    serve(_settings("web"))


@click.command()
@click.option("--queue", type=click.Choice(["urgent", "bulk", "outward"]), required=True)
@plainly
def worker(*, queue: str) -> None:
    """Run jobs of one queue."""
    from hotline.cases.terms import QueueName
    from hotline.workers.worker import serve

    serve(_settings(f"worker-{queue}"), QueueName(queue))


@click.command()
@plainly
def supervisor() -> None:
    """Relay promised jobs and judge clocks."""
    from hotline.workers.supervisor import serve

    serve(_settings("supervisor"))


@click.command()
@plainly
def phone() -> None:
    """Follow the telephone exchange (HOTLINE_ARI_URL)."""
    from hotline.phone_process import serve

    serve(_settings("phone"))


@click.command()
@plainly
def mail() -> None:
    """Take letters by SMTP or LMTP, and fetch them by IMAP."""
    from hotline.mail_process import serve

    serve(_settings("mail"))


PROCESSES = (web, worker, supervisor, phone, mail)
