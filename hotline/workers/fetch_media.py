"""Job: fetch pictures, voice messages and files. Queue: outward. Safe to run twice, even at once.

Each contact waits in the lane of its provider's media host: one that hangs delays no other,
and no message that is to go out.
"""

from collections.abc import Sequence
from functools import partial

from structlog.contextvars import bound_contextvars

from hotline.actions.fetch_media import fetch_media, lanes_of
from hotline.cases.terms import JobName
from hotline.workers import lanes, runtime
from hotline.workers.batch import run_batch

_AT_ONCE = 2  # in one lane: each holds a medium and its seal in memory
_JOB = JobName.FETCH_MEDIA


def run(ids: Sequence[int]) -> int:
    """Put outbox rows `ids` into their lanes; return how many were still open."""
    rt = runtime.current()
    with bound_contextvars(job=_JOB.value, batch=len(ids)):
        found = runtime.wait(lanes_of(rt, ids))
        for row_id, lane in found.items():
            fetch = partial(run_batch, rt, _JOB, [row_id], fetch_media)
            lanes.put(lane, row_id, fetch, width=_AT_ONCE)
        return len(found)
