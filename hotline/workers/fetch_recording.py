"""Job: fetch recordings of calls. Queue: outward. Safe to run twice, even at once."""

from collections.abc import Sequence
from functools import partial

from structlog.contextvars import bound_contextvars

from hotline.actions.fetch_recording import fetch_recording
from hotline.cases.terms import JobName
from hotline.workers import lanes, runtime
from hotline.workers.batch import run_batch

_LANE = "ari"
_AT_ONCE = 2  # each holds a recording and its seal in memory
_JOB = JobName.FETCH_RECORDING


def run(ids: Sequence[int]) -> int:
    """Put outbox rows `ids` into the exchange's lane; return how many there are."""
    rt = runtime.current()
    with bound_contextvars(job=_JOB.value, batch=len(ids)):
        for row_id in ids:
            fetch = partial(run_batch, rt, _JOB, [row_id], fetch_recording)
            lanes.put(_LANE, row_id, fetch, width=_AT_ONCE)
        return len(ids)
