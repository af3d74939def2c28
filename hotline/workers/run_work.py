"""Job: have long work done for people. Queue: bulk. Safe to run twice.

The queue does not wait: each piece runs in a process of its own (`hotline.work_process`), one
at a time, which ends when this worker does; another worker then takes it up again. One that
dies by itself, or lasts too long, leaves its work failed, with the reason.
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from subprocess import PIPE

import structlog
from structlog.contextvars import bound_contextvars

from hotline.actions.run_work import LONGEST_S, give_up_work
from hotline.cases.terms import JobName
from hotline.errors import Unavailable
from hotline.runtime import Runtime
from hotline.workers import runtime
from hotline.workers.batch import log_failure, run_batch

PROCESS = (
    "hotline.work_process"  # above the doors: one kind of work reads with their parsers
)
AWAY = 75  # exit code: PostgreSQL could not be reached; nothing is wrong with the work
_GRACE_S = 60.0  # it ends itself at its limit; after this it is killed
_turn = asyncio.Lock()
_under_way: set[int] = set()  # rows of this worker: a relay may send them again
log = structlog.get_logger()


def run(ids: Sequence[int]) -> int:
    """Begin the work of outbox rows `ids`; return how many are new here."""
    fresh = [row_id for row_id in ids if row_id not in _under_way]
    _under_way.update(fresh)
    for row_id in fresh:
        runtime.spawn(_in_turn(row_id))
    return len(fresh)


async def _in_turn(row_id: int) -> None:
    job = JobName.RUN_WORK
    try:
        async with _turn:
            with bound_contextvars(job=job.value, row_id=row_id):
                await run_batch(runtime.current(), job, [row_id], _beside)
    except Unavailable as error:  # its lease ends, and a relay sends it again
        log_failure("work_put_off", error, row_id=row_id)
    finally:
        _under_way.discard(row_id)


async def _beside(rt: Runtime, ids: Sequence[int]) -> int:
    code = await _ended(ids[0])
    if code == AWAY:
        raise Unavailable("PostgreSQL cannot be reached", code="postgres_away")
    if code == 0:
        return 1
    log.error("work_process_died", exit_code=code)
    return await give_up_work(rt, ids[0], "too_long" if code is None else "died")


async def _ended(row_id: int) -> int | None:
    """Return the exit code of the process, None when it had to be killed."""
    argv = (sys.executable, "-m", PROCESS, str(row_id))
    # Nothing is written to its input: that it ends tells the process that this worker did.
    child = await asyncio.create_subprocess_exec(*argv, stdin=PIPE)
    try:
        async with asyncio.timeout(LONGEST_S + _GRACE_S):
            return await child.wait()
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
