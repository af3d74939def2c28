"""The process of long work is gone when its work is, whatever a thread of it still counts."""

import os
import subprocess
import sys

import pytest

_COUNTS_ON = """
import asyncio, time
from hotline import work_process

async def cancelled_in_the_midst(settings, row_id):
    asyncio.ensure_future(asyncio.to_thread(time.sleep, 60))
    await asyncio.sleep(0.1)
    return 7

work_process._run = cancelled_in_the_midst
work_process.main(1)
"""


@pytest.mark.slow  # a process of its own
def test_a_thread_that_still_counts_is_not_waited_for():
    nowhere = {
        "HOTLINE_SECRET_KEY": "nobody's, and long enough to be one",
        "HOTLINE_DATABASE_URL": "postgresql://127.0.0.1:1/none",
        "HOTLINE_REDIS_URL": "redis://127.0.0.1:1/0",
    }
    known = {**os.environ, **nowhere}
    argv = [sys.executable, "-c", _COUNTS_ON]
    found = subprocess.run(argv, env=known, timeout=30, check=False)
    assert found.returncode == 7
