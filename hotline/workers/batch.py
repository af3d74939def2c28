"""The job wrapper: a batch goes through, or is halved until what is broken stands alone."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog

from hotline.actions.steps.halve import halved
from hotline.cases.terms import JobName
from hotline.errors import HotlineError, Unavailable
from hotline.identity.viewer import TRIAGE
from hotline.runtime import Runtime
from hotline.store import outbox
from hotline.store.transaction import Nudge
from hotline.workers import runtime

Act = Callable[[Runtime, Sequence[int]], Awaitable[int]]

FIRST_PAUSE = timedelta(seconds=2)  # after a failure, doubled with each
_PATIENCE_S = 20.0  # for an engine that is away; then the lease runs out instead
_OF_CONTACTS = (JobName.TRIAGE_CONTACT, JobName.COMPARE_CONTACT, JobName.FETCH_MEDIA)
_SHORTEST_WAIT_S, _LONGEST_WAIT_S = 0.1, 1.0
log = structlog.get_logger()


async def run_batch(rt: Runtime, job: JobName, ids: Sequence[int], act: Act) -> int:
    """Do `act` for the outbox rows `ids`; return how many were still open.

    A row that fails alone is counted, tried again after a pause, and dead in the end: its
    contact keeps its clocks and its place in the queue at 111.

    Errors: Unavailable when PostgreSQL stays away; nothing was done and the rows are open.
    """

    async def broken(row_id: int, error: Exception) -> None:
        log_failure("work_failed", error, job=job.value, row_id=row_id)
        await _count_failure(rt, job, row_id, code_of(error))

    waited, pause = 0.0, _SHORTEST_WAIT_S
    while True:
        try:
            return await halved(ids, partial(act, rt), broken)
        except Unavailable:
            if waited >= _PATIENCE_S or runtime.stopping():
                raise
        await asyncio.sleep(pause)
        waited += pause
        pause = min(pause * 2, _LONGEST_WAIT_S)


async def _count_failure(rt: Runtime, job: JobName, row_id: int, code: str) -> None:
    limit = rt.config.service.work.failures_until_dead
    async with rt.transaction(TRIAGE) as tx:
        failure = await outbox.count_failure(
            tx, row_id, code=code, limit=limit, pause=FIRST_PAUSE
        )
        if failure and failure.dead:
            facts = {"job": job.value, "code": code}
            contact_id = failure.subject_id if job in _OF_CONTACTS else None
            tx.record("work_given_up", contact_id=contact_id, data=facts)
            tx.nudge(Nudge("board"))
            log.error("work_given_up", job=job.value, row_id=row_id, code=code)


def log_failure(event: str, error: BaseException, **facts: str | int) -> None:
    """Log `error` by its code and the place where it arose; never what it says."""
    trace = traceback.extract_tb(error.__traceback__)
    at = f"{Path(trace[-1].filename).name}:{trace[-1].lineno}" if trace else "?"
    log.error(event, code=code_of(error), at=at, **facts)


def code_of(error: BaseException) -> str:
    """Return what may be kept and logged of `error`; its message may quote a person."""
    return error.code if isinstance(error, HotlineError) else type(error).__name__
