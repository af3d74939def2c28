"""Job: one neutral line to whoever opened a thread. Queue: outward. Safe to run twice."""

from collections.abc import Sequence

from structlog.contextvars import bound_contextvars

from hotline.actions.acknowledge_contacts import acknowledge_contacts
from hotline.cases.terms import JobName
from hotline.workers import runtime
from hotline.workers.batch import run_batch


def run(ids: Sequence[int]) -> int:
    """Write the lines of outbox rows `ids`; return how many rows were still open."""
    job = JobName.ACKNOWLEDGE_CONTACT
    with bound_contextvars(job=job.value, batch=len(ids)):
        return runtime.wait(run_batch(runtime.current(), job, ids, acknowledge_contacts))
