"""Job: each message into the lane of its channel. Queue: outward. Safe to run twice."""

from collections.abc import Sequence
from functools import partial

from structlog.contextvars import bound_contextvars

from hotline.actions.send_outbound import channels_of, send_outbound
from hotline.cases.terms import JobName
from hotline.workers import lanes, runtime
from hotline.workers.batch import run_batch

_WIDTH = 8  # a provider that hangs for 8 s must not hold up its own channel too long


def run(ids: Sequence[int]) -> int:
    """Put the messages of outbox rows `ids` into their lanes; return how many were open."""
    job = JobName.SEND_OUTBOUND
    rt = runtime.current()
    with bound_contextvars(job=job.value, batch=len(ids)):
        found = runtime.wait(channels_of(rt, ids))
        for outbox_id, channel in found:
            lanes.put(
                f"out-{channel}",
                outbox_id,
                partial(run_batch, rt, job, [outbox_id], send_outbound),
                width=_WIDTH,
                per_second=rt.config.channels.channels[channel].per_second,
            )
        return len(found)
