"""Process: works off one queue until it is asked to end."""

import os
import signal
import threading
import uuid
from contextlib import suppress
from types import FrameType

import structlog
from redis.exceptions import RedisError
from rq.exceptions import StopRequested

from hotline.actions.relay_outbox import recover_leases
from hotline.cases.terms import QueueName
from hotline.errors import HotlineError
from hotline.queue import open_redis
from hotline.runtime import open_runtime
from hotline.settings import Settings
from hotline.workers import lanes, runtime
from hotline.workers.batch import code_of
from hotline.workers.pulse import Pulse
from hotline.workers.rq_worker import QueueWorker, hush_rq

_AGAIN_AFTER_S = 0.2
_BULK_NICENESS = 10  # in a burst the door and the urgent queue come first
_CONNECTIONS = 2  # one for the job, one for the heartbeat
_OUTWARD_CONNECTIONS = 8  # lanes work side by side; none holds one while a provider thinks
_LANES_END_S = 3.0  # a request under way is let end; longer than that it is `uncertain`
log = structlog.get_logger()


class _Stop:
    """Notes SIGTERM and SIGINT, and passes them to the RQ worker of the moment."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.worker: QueueWorker | None = None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        asked_again = self.asked.is_set()
        self.asked.set()
        runtime.ask_to_stop()
        if self.worker and not asked_again:
            self.worker.finish()


def serve(settings: Settings, queue: QueueName) -> None:
    """Work off `queue` until SIGTERM; a running job is finished first.

    Outages are waited for: Redis may restart or be wiped, PostgreSQL may restart.
    Errors: BadConfig. Must run in the main thread.
    """
    stop = _Stop()
    if queue is QueueName.BULK:
        os.nice(_BULK_NICENESS)
    hush_rq()
    outward = queue is QueueName.OUTWARD  # reads no text, so it needs no model
    rt = open_runtime(settings, pool_size=_OUTWARD_CONNECTIONS if outward else _CONNECTIONS)
    if not outward:
        rt.reader  # noqa: B018  opened before the first job, not while it waits
    runtime.start(rt)
    pulse = Pulse(runtime.current(), f"worker-{queue}", uuid.uuid4().hex)
    runtime.wait(pulse.follow())  # the first job already goes by what two people enabled
    runtime.spawn(pulse.keep(runtime.stopping))
    log.info("worker_started", queue=queue.value)
    while not stop.asked.is_set():
        _work(settings, queue, stop)
        stop.asked.wait(_AGAIN_AFTER_S)
    if left := lanes.close(_LANES_END_S):
        log.warning("lanes_cut_off", count=left)
    _leave(queue, pulse)
    log.info("worker_stopped", queue=queue.value)


def _work(settings: Settings, queue: QueueName, stop: _Stop) -> None:
    """Work until asked to end or until RQ gives up, as it does when Redis goes away."""
    with suppress(
        StopRequested
    ):  # around it all: the signal may come while an outage is noted
        try:
            worker = QueueWorker(queue, open_redis(settings.redis_url))
            stop.worker = worker
            if not stop.asked.is_set():
                worker.work(logging_level=None)
        except (RedisError, OSError) as error:
            log.warning("redis_away", code=code_of(error))
        finally:
            stop.worker = None


def _leave(queue: QueueName, pulse: Pulse) -> None:
    """Say goodbye; a job that was popped but not begun goes again at once."""

    async def leave() -> None:
        await recover_leases(pulse.rt, [queue])
        await pulse.end()

    try:
        runtime.wait(leave(), timeout_s=3)
    except (HotlineError, TimeoutError) as error:
        log.warning("goodbye_failed", code=code_of(error))
    runtime.stop()
