"""Job: replay the past for trials of a configuration. Queue: bulk. Safe to run twice."""

from collections.abc import Sequence

from structlog.contextvars import bound_contextvars

from hotline.actions.try_policy import try_policies
from hotline.cases.terms import JobName
from hotline.workers import runtime
from hotline.workers.batch import run_batch


def run(ids: Sequence[int]) -> int:
    """Replay for the trials of outbox rows `ids`; return how many rows were still open."""
    job = JobName.TRY_POLICY
    with bound_contextvars(job=job.value, batch=len(ids)):
        return runtime.wait(run_batch(runtime.current(), job, ids, try_policies))
