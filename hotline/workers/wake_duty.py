"""Job: send pages to people on duty. Queue: urgent. Safe to run twice, even at once."""

from collections.abc import Sequence

from structlog.contextvars import bound_contextvars

from hotline.actions.send_pages import send_pages
from hotline.cases.terms import JobName
from hotline.workers import runtime
from hotline.workers.batch import run_batch


def run(ids: Sequence[int]) -> int:
    """Send the pages of outbox rows `ids`; return how many rows were still open."""
    job = JobName.WAKE_DUTY
    with bound_contextvars(job=job.value, batch=len(ids)):
        return runtime.wait(run_batch(runtime.current(), job, ids, send_pages))
