"""Job: triage new contacts. Queues: urgent, bulk. Safe to run twice, even at once."""

from collections.abc import Sequence

from structlog.contextvars import bound_contextvars

from hotline.actions.triage_contacts import triage_contacts
from hotline.cases.terms import JobName
from hotline.workers import runtime
from hotline.workers.batch import run_batch


def run(ids: Sequence[int]) -> int:
    """Triage the contacts of outbox rows `ids`; return how many rows were still open."""
    job = JobName.TRIAGE_CONTACT
    with bound_contextvars(job=job.value, batch=len(ids)):
        return runtime.wait(run_batch(runtime.current(), job, ids, triage_contacts))
