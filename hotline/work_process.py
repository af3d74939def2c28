"""Process: does one piece of promised long work, started by a worker and gone with it.

Beside triage, not before it: a process has its own lock over Python, and with this niceness
it takes what the others leave.
"""

import asyncio
import os
import sys

from hotline.actions.follow_policy import follow_policy
from hotline.actions.run_work import run_work
from hotline.actions.works.kinds import RUNS
from hotline.cases.works import WorkKind
from hotline.errors import Unavailable
from hotline.export_work import run as export_report
from hotline.log import set_up_logging
from hotline.replay_work import run as replay_channel
from hotline.runtime import open_runtime
from hotline.settings import Settings, from_environment
from hotline.trial_work import run as try_policy
from hotline.workers.batch import log_failure
from hotline.workers.run_work import AWAY

_NICENESS = 19
_RUNS = {
    **RUNS,
    WorkKind.EXPORT_REPORT: export_report,
    WorkKind.REPLAY_CHANNEL: replay_channel,
    WorkKind.TRY_POLICY: try_policy,
}
_CONNECTIONS = 4  # for the work, its progress, its sign of life, and one to spare


def main(row_id: int) -> int:
    """Do the work of outbox row `row_id`; return the exit code."""
    set_up_logging()
    os.nice(_NICENESS)
    # Not `asyncio.run`: at its end it waits for threads, also for one that counts for work
    # which was cancelled, and the next work would wait with it.
    code = asyncio.new_event_loop().run_until_complete(_run(from_environment(), row_id))
    sys.stdout.flush()
    os._exit(code)


async def _run(settings: Settings, row_id: int) -> int:
    asyncio.get_running_loop().add_reader(sys.stdin, os._exit, 1)  # the worker is gone
    rt = open_runtime(settings, pool_size=_CONNECTIONS)

    def broken(error: Exception) -> None:
        log_failure("long_work_failed", error, row_id=row_id)

    try:
        await follow_policy(rt)
        await run_work(rt, _RUNS, row_id, broken)
    except Unavailable:
        return AWAY
    finally:
        await rt.stop()
    return 0


if __name__ == "__main__":
    main(int(sys.argv[1]))
