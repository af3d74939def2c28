"""Job: tell partners that reports of theirs moved on. Queue: outward. Safe to run twice.

Each hook is a lane of its own: a partner that hangs holds up nobody else.
"""

from collections.abc import Sequence
from functools import partial

from structlog.contextvars import bound_contextvars

from hotline.actions.deliver_hooks import deliver_one, waiting
from hotline.cases.terms import JobName
from hotline.workers import lanes, runtime


def run(ids: Sequence[int]) -> int:
    """Put the events of outbox rows `ids` into lanes; return how many were open."""
    job, rt = JobName.DELIVER_HOOK, runtime.current()
    with bound_contextvars(job=job.value, batch=len(ids)):
        found = runtime.wait(waiting(rt, ids))
        for row_id, hook_id in found.items():
            lanes.put(f"hook-{hook_id}", row_id, partial(deliver_one, rt, row_id), width=2)
        return len(found)
