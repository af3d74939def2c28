"""Process: replays the past for one promised trial, started by a worker and gone with it.

Beside triage, not before it: a process has its own lock over Python, and with this niceness
it takes what the others leave. It opens no language model: a replay reads no words.
"""

import asyncio
import os
import sys
from functools import partial

from hotline.actions.steps.halve import halved
from hotline.actions.try_policy import try_policies
from hotline.errors import Unavailable
from hotline.log import set_up_logging
from hotline.runtime import open_runtime
from hotline.settings import Settings, from_environment
from hotline.workers.batch import log_failure

AWAY = 75  # exit code: PostgreSQL could not be reached; nothing is wrong with the trial
_NICENESS = 19
_CONNECTIONS = 2


def main(row_id: int) -> int:
    """Replay for outbox row `row_id`; return the exit code."""
    set_up_logging()
    os.nice(_NICENESS)
    return asyncio.run(_replay(from_environment(), row_id))


async def _replay(settings: Settings, row_id: int) -> int:
    asyncio.get_running_loop().add_reader(sys.stdin, os._exit, 1)  # the worker is gone
    rt = open_runtime(settings, pool_size=_CONNECTIONS)
    failed = []

    async def broken(one: int, error: Exception) -> None:
        log_failure("replay_failed", error, row_id=one)
        failed.append(one)

    try:
        await halved([row_id], partial(try_policies, rt), broken)
    except Unavailable:
        return AWAY
    finally:
        await rt.stop()
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
