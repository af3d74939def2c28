"""Job: compare triaged contacts with what came before. Safe to run twice, even at once.

Run by the worker that triaged them; queue bulk where that worker died.
"""

from collections.abc import Sequence

from structlog.contextvars import bound_contextvars

from hotline.actions.compare_contacts import compare_contacts
from hotline.cases.terms import JobName
from hotline.workers import runtime
from hotline.workers.batch import run_batch


def run(ids: Sequence[int]) -> int:
    """Compare the contacts of outbox rows `ids`; return how many rows were still open."""
    job = JobName.COMPARE_CONTACT
    with bound_contextvars(job=job.value, batch=len(ids)):
        return runtime.wait(run_batch(runtime.current(), job, ids, compare_contacts))
