"""Job: have the past replayed for trials of a configuration. Queue: bulk. Safe to run twice.

The queue does not wait: a replay of minutes would stop ordinary triage. It runs in a process
of its own (`workers.replay`), one at a time, which ends when this worker does. One that is
not done within its limit, or dies, leaves its trial refused, with the reason.
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from subprocess import PIPE

import structlog
from structlog.contextvars import bound_contextvars

from hotline.actions.try_policy import LONGEST_S, refuse_trials
from hotline.cases.terms import JobName
from hotline.errors import Unavailable
from hotline.runtime import Runtime
from hotline.workers import replay, runtime
from hotline.workers.batch import log_failure, run_batch

_GRACE_S = 30.0  # a replay ends itself at its limit; after this it is killed
_turn = asyncio.Lock()
# Rows that this worker replays or will: a relay may send them again.
_under_way: set[int] = set()
log = structlog.get_logger()


def run(ids: Sequence[int]) -> int:
    """Begin to replay for the trials of outbox rows `ids`; return how many are new here."""
    fresh = [row_id for row_id in ids if row_id not in _under_way]
    _under_way.update(fresh)
    for row_id in fresh:
        runtime.spawn(_in_turn(row_id))
    return len(fresh)


async def _in_turn(row_id: int) -> None:
    job = JobName.TRY_POLICY
    try:
        async with _turn:
            with bound_contextvars(job=job.value, row_id=row_id):
                await run_batch(runtime.current(), job, [row_id], _beside)
    except Unavailable as error:  # its lease ends, and a relay sends it again
        log_failure("replay_put_off", error, row_id=row_id)
    finally:
        _under_way.discard(row_id)


async def _beside(rt: Runtime, ids: Sequence[int]) -> int:
    code = await _ended(ids[0])
    if code == replay.AWAY:
        raise Unavailable("PostgreSQL cannot be reached", code="postgres_away")
    if code == 0:
        return 1
    log.error("replay_died", exit_code=code)
    return await refuse_trials(rt, ids, "too_long" if code is None else "failed")


async def _ended(row_id: int) -> int | None:
    """Return the exit code of a replay, None when it had to be killed."""
    argv = (sys.executable, "-m", replay.__name__, str(row_id))
    # Nothing is written to its input: that it ends tells the replay that this worker did.
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
